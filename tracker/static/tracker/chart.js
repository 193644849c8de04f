// The course of a target: a solid line for what was reached, a dashed one for what it is held against. The table below says the same.
(() => {
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const draw = (box) => {
    const said = JSON.parse(box.dataset.points);
    const ink = colour("--bs-secondary-color"), line = colour("--bs-border-color"), accent = `rgb(${colour("--bs-link-color-rgb")})`;
    const chart = echarts.getInstanceByDom(box) || echarts.init(box);
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: "inherit", color: ink },
      grid: { left: 48, right: 16, top: 36, bottom: 28 },
      legend: { top: 0, textStyle: { color: ink }, data: [said.name, said.other] },
      tooltip: { show: false },
      xAxis: { type: "category", data: said.dates, axisLabel: { color: ink }, axisLine: { lineStyle: { color: line } } },
      yAxis: { type: "value", name: said.unit, nameTextStyle: { color: ink }, axisLabel: { color: ink }, splitLine: { lineStyle: { color: line } } },
      series: [
        { name: said.name, type: "line", data: said.values, symbolSize: 7, color: accent, label: { show: true, color: ink } },
        { name: said.other, type: "line", data: said.against, symbol: "none", color: ink, lineStyle: { type: "dashed" } },
      ],
    });
  };
  const all = () => document.querySelectorAll("[data-chart]").forEach(draw);
  document.addEventListener("DOMContentLoaded", () => {
    all();
    new MutationObserver(all).observe(document.documentElement, { attributes: true, attributeFilter: ["data-bs-theme"] });
    window.addEventListener("resize", () => document.querySelectorAll("[data-chart]").forEach((box) => echarts.getInstanceByDom(box).resize()));
  });
})();
