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
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{KIND}.sharedStrings+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{KIND}.styles+xml"/>'
    "</Types>"
)
RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def text_cell(text: str) -> str:
    """A text as an inline string, characters that XML cannot hold escaped as the format asks."""
    return f'<c t="inlineStr"><is><t xml:space="preserve">{_written(text)}</t></is></c>'


def write_workbook(
    path: Path, rows: list[list[str]], sheet: str = "Orders", prologue: str = "", dimension: str = "A1"
) -> Path:
    """Write one sheet; a cell that begins with `<c` is taken as XML, any other text as a text cell."""
    cells = "".join(
        "<row>" + "".join(c if c.startswith("<c") and c.endswith(">") else text_cell(c) for c in row) + "</row>"
        for row in rows
    )
    return write_sheet(path, cells, sheet=sheet, prologue=prologue, dimension=dimension)


def write_shared(path: Path, rows: list[list[str]]) -> Path:
    """Write one sheet as spreadsheet programs do: each text once, in a table of its own."""
    texts = list(dict.fromkeys(text for row in rows for text in row))
    places = {text: at for at, text in enumerate(texts)}
    cells = "".join("<row>" + "".join(f'<c t="s"><v>{places[text]}</v></c>' for text in row) + "</row>" for row in rows)
    shared = "".join(f'<si><t xml:space="preserve">{_written(text)}</t></si>' for text in texts)
    return write_sheet(path, cells, shared=shared)


def write_sheet(
    path: Path,
    cells: str,
    *,
    sheet: str = "Orders",
    prologue: str = "",
    dimension: str = "A1",
    shared: str = "",
    formats: tuple[str, ...] = (),
    is_1904: bool = False,
    main: str = MAIN,
) -> Path:
    """Write one sheet from the XML of its rows, with shared texts and with styles 1, 2, ... of these formats.

    With another name for the `main` parts, the relations have the name that goes with it.
    """
    office = OFFICE if main == MAIN else main.replace("spreadsheetml/main", "officeDocument/relationships")
    sheet_xml = (
        f'{prologue}<worksheet xmlns="{main}"><dimension ref="{dimension}"/><sheetData>{cells}</sheetData></worksheet>'
    )
    sheets = f'<sheets><sheet name="{sheet}" sheetId="1" r:id="r1"/></sheets>'
    calendar = '<workbookPr date1904="1"/>' if is_1904 else ""
    book = f'<workbook xmlns="{main}" xmlns:r="{office}">{calendar}{sheets}</workbook>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr(
            "_rels/.rels",
            RELATIONS.format(f'<Relationship Id="r1" Type="{office}/officeDocument" Target="xl/workbook.xml"/>'),
        )
        archive.writestr("xl/workbook.xml", book)
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            RELATIONS.format(f'<Relationship Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/>'),
        )
        archive.writestr("xl/worksheets/sheet1.xml", sheet_xml)
        archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{main}">{shared}</sst>')
        archive.writestr("xl/styles.xml", _styles(formats, main))
    return path


def _styles(formats: tuple[str, ...], main: str) -> str:
    own = "".join(f'<numFmt numFmtId="{164 + at}" formatCode="{escape(f)}"/>' for at, f in enumerate(formats))
    places = "".join(f'<xf numFmtId="{164 + at}"/>' for at in range(len(formats)))
    parts = (
        f"<numFmts>{own}</numFmts><cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf/>{places}</cellXfs>"
        '<cellStyles><cellStyle name="Normal" xfId="0"/></cellStyles>'
    )
    return f'<styleSheet xmlns="{main}">{parts}</styleSheet>'


def _written(text: str) -> str:
    return escape(NOT_XML.sub(lambda m: f"_x{ord(m[0]):04X}_", text))
