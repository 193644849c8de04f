"""A table whose cells may span several rows and columns, brought to rows in which every cell stands in its own column."""

from collections.abc import Iterable

from engine.files.writing import Writer, Written


class Grid:
    """Takes rows as they are written in a file, each cell with its spans."""

    def __init__(self) -> None:
        self._rows: list[list[tuple[int, str]]] = []
        self._held: dict[int, int] = {}

    def row(self, cells: Iterable[tuple[str, int, int]]) -> None:
        """The next row: what each cell says, over how many columns and how many rows it spans."""
        held, self._held = self._held, {column: left - 1 for column, left in self._held.items() if left > 1}
        placed, column = [], 1
        for string, across, down in cells:
            while column in held:
                column += 1
            placed.append((column, string))
            if down > 1:
                self._held.update(dict.fromkeys(range(column, column + across), down - 1))
            column += across
        self._rows.append(placed)

    def write(self, writer: Writer) -> None:
        """Rows without a word are left out; a table of one column is a list of paragraphs."""
        filled = [(number, [cell for cell in row if cell[1]]) for number, row in enumerate(self._rows, start=1)]
        is_list = max((column for _, row in filled for column, _ in row), default=0) < 2
        writer.tables += 0 if is_list else 1
        for number, row in filled:
            if row and is_list:
                writer.line(*(Written(string) for _, string in row))
            elif row:
                writer.row([(column, Written(string)) for column, string in row], row=number)
