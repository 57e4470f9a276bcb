"""Tables (lists of dictionaries with the same keys) as CSV and as an Excel workbook (ECMA-376, SpreadsheetML)."""

import csv
import io
import zipfile
from decimal import Decimal
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def csv_of(table):
    text = io.StringIO()
    writer = csv.writer(text)
    if table:
        writer.writerow(table[0])
        writer.writerows([harmless(value) for value in row.values()] for row in table)
    return text.getvalue()


def harmless(value):
    """A text that a spreadsheet program would run as a formula becomes plain text."""
    return "'" + value if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value


def workbook_of(pages):
    """The bytes of an .xlsx file with a sheet for each of the named tables."""
    names = list(pages)
    numbers = range(1, len(names) + 1)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", content_types(numbers))
        archive.writestr("_rels/.rels", relations([("rId1", f"{OFFICE}/officeDocument", "xl/workbook.xml")]))
        archive.writestr("xl/workbook.xml", workbook(names))
        archive.writestr("xl/_rels/workbook.xml.rels", relations(
            [(f"rId{n}", f"{OFFICE}/worksheet", f"worksheets/sheet{n}.xml") for n in numbers]))
        for number, name in zip(numbers, names):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", worksheet(pages[name]))
    return content.getvalue()


def content_types(numbers):
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    sheets = "".join(f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>' for n in numbers)
    return (f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{sheets}</Types>')


def relations(triples):
    inside = "".join(f'<Relationship Id="{i}" Type="{kind}" Target="{target}"/>' for i, kind, target in triples)
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{inside}</Relationships>'


def workbook(names):
    sheets = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(names, 1))
    return f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'


def worksheet(table):
    rows = [list(table[0])] + [list(row.values()) for row in table] if table else []
    inside = "".join("<row>" + "".join(map(cell, row)) + "</row>" for row in rows)
    return f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{inside}</sheetData></worksheet>'


def cell(value):
    if isinstance(value, (int, Decimal)):
        return f"<c><v>{value}</v></c>"
    printable = "".join(letter for letter in str(value) if letter >= " ")
    return f'<c t="inlineStr"><is><t>{escape(printable)}</t></is></c>'
