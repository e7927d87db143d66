"""Small workbooks, honest and hostile, written part by part (so that no library decides what may stand in a cell)."""

import re
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

NOT_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/>'
    "</Types>"
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def text_cell(text: str) -> str:
    """A text as an inline string, characters that XML cannot hold escaped as the format asks."""
    safe = escape(NOT_XML.sub(lambda m: f"_x{ord(m[0]):04X}_", text))
    return f'<c t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'


def write_workbook(
    path: Path, rows: list[list[str]], sheet: str = "Orders", prologue: str = "", dimension: str = "A1"
) -> Path:
    """Write one sheet; a cell that begins with `<c` is taken as XML, any other text as a text cell."""
    cells = "".join(
        "<row>" + "".join(c if c.startswith("<c") and c.endswith(">") else text_cell(c) for c in row) + "</row>"
        for row in rows
    )
    sheet_xml = (
        f'{prologue}<worksheet xmlns="{MAIN}"><dimension ref="{dimension}"/><sheetData>{cells}</sheetData></worksheet>'
    )
    sheets = f'<sheets><sheet name="{sheet}" sheetId="1" r:id="r1"/></sheets>'
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{sheets}</workbook>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr(
            "_rels/.rels",
            RELATIONS.format(f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'),
        )
        archive.writestr("xl/workbook.xml", book)
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            RELATIONS.format(f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'),
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet_xml)
    return path
