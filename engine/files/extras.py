"""What a machine may have besides: LibreOffice, and the package that recognises text in pictures."""

import importlib.util
import shutil
from functools import cache

NO_RECOGNITION = "这是扫描件或图片,本机没有安装文字识别组件;请找 Word 原稿,或请管理员安装文字识别(requirements-ocr.txt)后重新处理。"
NO_OFFICE = "本机没有安装 LibreOffice,不能读取这种旧格式文件;请用 Word 或 WPS 打开,另存为 .docx 或 .xlsx 后再试。"


@cache
def recognises() -> bool:
    """True where text in pictures can be recognised."""
    return importlib.util.find_spec("rapidocr") is not None


@cache
def office() -> str | None:
    """LibreOffice's program, or None."""
    return shutil.which("soffice") or shutil.which("libreoffice")
