"""Writing files: the complete output, and that it reads back unchanged."""

from __future__ import annotations

import csv
import gc
import io
import json
import math
import tempfile
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualify.contacts.reading.batches import ContactsError, ReadOptions
from qualify.contacts.reading.contact_files import open_contacts
from qualify.contacts.writing.writers import CsvWriter, Format, ParquetWriter, open_writer, writer_to

from .conftest import read_all

BATCH = pa.record_batch(
    {
        "id": ["007", "=1+1", 'say "hi"', None, "a,b", "x\ny", ""],
        "seats": [1, None, 3, 4, 5, 6, -7],
        "price": [1.5, 2.0, None, 1e30, 0.1, -3.0, 4.0],
        "new": [True, None, False, False, False, False, False],
        "day": [date(2026, 1, 2)] * 7,
        "pains": [["a", "b"], [], None, ["é"], ["é"], ["é"], ["é"]],
        "stage": pa.array(["lead", "b, c", "lead", None, "lead", "lead", "lead"]).dictionary_encode(),
    }
)


def test_an_error_while_writing_parquet_leaves_nothing_and_is_reported_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Arrow's writer would complete its file when it is garbage-collected, and print an error that it is closed."""
    complaints: list[object] = []
    monkeypatch.setattr("sys.unraisablehook", complaints.append)

    def fail() -> None:
        with suppress(ZeroDivisionError), open_writer(tmp_path / "x.parquet", BATCH.schema) as writer:
            writer.write(BATCH)
            raise ZeroDivisionError

    fail()
    gc.collect()
    assert (complaints, list(tmp_path.iterdir())) == ([], [])


def written(batch: pa.RecordBatch, form: Format = Format.CSV, **options: Any) -> bytes:
    file = io.BytesIO()
    writer = writer_to(file, batch.schema, form, **options)
    writer.write(batch.slice(0, 2))
    writer.write(batch.slice(2))
    writer.close()
    return file.getvalue()


def test_csv_quotes_only_where_a_cell_needs_it() -> None:
    assert written(BATCH).decode() == (
        "id,seats,price,new,day,pains,stage\n"
        "007,1,1.5,true,2026-01-02,a; b,lead\n"
        '=1+1,,2,,2026-01-02,,"b, c"\n'
        '"say ""hi""",3,,false,2026-01-02,,lead\n'
        ",4,1e+30,false,2026-01-02,é,\n"
        '"a,b",5,0.1,false,2026-01-02,é,lead\n'
        '"x\ny",6,-3,false,2026-01-02,é,lead\n'
        ",-7,4,false,2026-01-02,é,lead\n"
    )


def test_excel_safe_escapes_cells_that_start_like_a_formula() -> None:
    cells = ["=1+1", "+47 22", "-x", "@sum", "\tx", "\rx", "a=b", "", None, '=a,"b']
    batch = pa.record_batch({"=head": cells, "n": [-1] * 10, "d": pa.array(cells).dictionary_encode()})
    rows = list(csv.reader(io.StringIO(written(batch, excel_safe=True).decode(), newline="")))
    safe = ["'=1+1", "'+47 22", "'-x", "'@sum", "'\tx", "'\rx", "a=b", "", "", "'=a,\"b"]
    assert rows == [["'=head", "n", "d"], *[[cell, "-1", cell] for cell in safe]]


def test_a_blank_cell_alone_on_its_line_is_still_a_row() -> None:
    assert written(pa.record_batch({"a": ["", None, "x"]})) == b'a\n""\n""\nx\n'


def test_ndjson() -> None:
    lines = written(BATCH, Format.NDJSON).decode().splitlines()
    assert lines[0] == (
        '{"id":"007","seats":1,"price":1.5,"new":true,"day":"2026-01-02","pains":["a", "b"],"stage":"lead"}'
    )
    assert json.loads(lines[3]) == {
        "id": None, "seats": 4, "price": 1e30, "new": False, "day": "2026-01-02", "pains": ["é"], "stage": None
    }  # fmt: skip
    assert [json.loads(line)["id"] for line in lines] == BATCH.column("id").to_pylist()


def test_ndjson_refuses_a_repeated_column_name() -> None:
    schema = pa.schema([("a", pa.string()), ("a", pa.string())])
    with pytest.raises(ContactsError, match="NDJSON cannot hold two columns named `a`"):
        writer_to(io.BytesIO(), schema, Format.NDJSON)


def test_parquet_keeps_types_and_combines_small_batches() -> None:
    file = io.BytesIO(written(BATCH, Format.PARQUET))
    assert pq.read_table(file).to_pylist() == BATCH.to_pylist()
    assert pq.ParquetFile(file).metadata.num_row_groups == 1


def test_dictionary_parts_of_a_struct_read_back_as_text_from_all_row_groups() -> None:
    file = io.BytesIO()
    rows = 1 << 15  # as many as are a row group by themselves
    texts = [pa.array([one] * rows).dictionary_encode() for one in ("a", "b")]
    batches = [pa.RecordBatch.from_arrays([pa.StructArray.from_arrays([one], ["part"])], ["whole"]) for one in texts]
    writer = ParquetWriter(file, batches[0].schema, types_kept=False)
    for batch in batches:
        writer.write(batch)
    writer.close()
    read = pq.ParquetFile(io.BytesIO(file.getvalue()))
    assert read.num_row_groups == 2
    assert read.read().column("whole").to_pylist() == [{"part": "a"}] * rows + [{"part": "b"}] * rows


@pytest.mark.parametrize("form", list(Format))
def test_a_file_without_rows_has_its_columns(tmp_path: Path, form: Format) -> None:
    path = tmp_path / f"out.{form}"
    with open_writer(path, BATCH.schema):
        pass
    if form is not Format.NDJSON:
        assert read_all(path).columns == tuple(BATCH.schema.names)
    assert path.exists()


def test_the_ending_decides_the_format(tmp_path: Path) -> None:
    with (
        pytest.raises(ContactsError, match=r"contacts cannot be written as `\.docx`"),
        open_writer(tmp_path / "x.docx", BATCH.schema),
    ):
        pass


def test_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    with open_writer("-", BATCH.schema) as writer:
        writer.write(BATCH.slice(0, 1))
    assert capfdbinary.readouterr().out.endswith(b"007,1,1.5,true,2026-01-02,a; b,lead\n")


CELLS = st.text(st.sampled_from('ab,;"\n\r=é '), max_size=5)


@settings(deadline=None)
@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.tuples(*[CELLS] * n), min_size=1, max_size=9)), st.booleans())
def test_csv_reads_back_unchanged(rows: list[tuple[str, ...]], coded: bool) -> None:
    columns = [pa.array(cells, pa.string()) for cells in zip(*rows, strict=True)]
    columns = [column.dictionary_encode() if coded else column for column in columns]
    batch = pa.RecordBatch.from_arrays(columns, [f"c{at}" for at in range(len(columns))])
    read = list(csv.reader(io.StringIO(written(batch).decode(), newline="")))
    assert read[1:] == [list(row) for row in rows]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.none() | st.text('a"\\\n\x1fé', max_size=3), st.none() | st.floats()), min_size=1, max_size=3)
)
def test_ndjson_reads_back_unchanged_except_for_numbers_that_json_lacks(
    rows: list[tuple[str | None, float | None]],
) -> None:
    texts, numbers = zip(*rows, strict=True)
    batch = pa.record_batch({"text": pa.array(texts, pa.string()), "number": pa.array(numbers, pa.float64())})
    lines = written(batch, Format.NDJSON).decode().removesuffix("\n").split("\n")
    read = [json.loads(line, parse_constant=pytest.fail) for line in lines]
    finite = [None if number is None or not math.isfinite(number) else number for number in numbers]
    assert read == [{"text": text, "number": number} for text, number in zip(texts, finite, strict=True)]


@settings(deadline=None)
@given(
    st.lists(st.tuples(CELLS, CELLS, st.sampled_from(["lead", "inquiry"])), min_size=1, max_size=12),
    st.integers(20, 60),
    st.booleans(),
)
def test_copied_rows_read_back_like_formatted_rows(
    rows: list[tuple[str, str, str]], block: int, quote_all: bool
) -> None:
    """Some blocks of a file can be copied unchanged, those with anything unusual cannot; no row is lost."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "in.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            quoting = csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL
            csv.writer(file, quoting=quoting, lineterminator="\n").writerows([("a", "b", "stage"), *rows])
        out = io.BytesIO()
        expected: list[list[str]] = []
        with open_contacts([path], ReadOptions(",", "utf-8", block=block)) as contacts:
            schema = pa.schema([*contacts.schema, pa.field("added", pa.string())])
            writer = CsvWriter(out, schema)
            for batch in contacts.batches():
                wanted = pc.equal(batch.table.column("stage"), "lead")
                kept = batch.table.filter(wanted)
                added = pa.record_batch(
                    {"added": pa.array([f"{at}, {at}" for at in range(kept.num_rows)], pa.string())}
                )
                if batch.text is None:
                    writer.write(pa.RecordBatch.from_arrays([*kept.columns, *added.columns], schema=schema))
                else:
                    writer.extend(batch.text.filter(wanted), added)
                expected += [[*row.values(), f"{at}, {at}"] for at, row in enumerate(kept.to_pylist())]
    assert list(csv.reader(io.StringIO(out.getvalue().decode(), newline="")))[1:] == expected


@settings(deadline=None)
@given(
    st.lists(st.tuples(*[st.none() | CELLS] * 4), min_size=1, max_size=9),
    st.sampled_from([1, 20, 100, 1000]),
)
def test_cells_added_to_copied_rows_equal_those_of_formatted_rows(
    rows: list[tuple[str | None, ...]], times: int
) -> None:
    """The more rows there are, the more adjacent columns are joined."""
    coded = [pa.array([*cells] * times, pa.string()).dictionary_encode() for cells in zip(*rows, strict=True)]
    added = pa.RecordBatch.from_arrays([*coded, pa.array(range(len(coded[0])))], list("abcde"))
    stood = pa.array(["x", *["\nx"] * (len(added) - 1)])
    schema = pa.schema([pa.field("x", pa.string()), *added.schema])
    extended, put_together = io.BytesIO(), io.BytesIO()
    CsvWriter(extended, schema).extend(stood, added)
    whole = pa.RecordBatch.from_arrays([pa.array(["x"] * len(added)), *added.columns], schema=schema)
    CsvWriter(put_together, schema).write(whole)
    assert extended.getvalue() == put_together.getvalue()
