"""An address book by page: chosen, corrected, looked through, taken in, undone; and everybody taken out again."""

from __future__ import annotations

import html
import re

import pytest

from soi_dialer.flows import import_batch
from soi_dialer.flows.import_work import work_on_imports
from soi_dialer.store import contacts
from tests.web.scene import HOME, Browser, add_call

BOOK = b"name,phone,phone2,email\nIda Wells,3125550142,,ida@example.com\nJane Doe,2125550147,2125550199,\nNobody,,,\n"


def upload(browser: Browser, data: bytes, name: str = "book.csv"):
    """As a browser sends it; written by hand, for the test client leaves a large form's temporary file open."""
    part = "--cut\r\nContent-Disposition: form-data; name="
    start = f'{part}csrf_token\r\n\r\n{browser.token()}\r\n{part}file; filename="{name}"\r\n\r\n'
    body, kind = start.encode() + data + b"\r\n--cut--\r\n", "multipart/form-data; boundary=cut"
    return browser.client.post("/contacts/import", base_url=HOME, data=body, content_type=kind)


def chosen(browser: Browser, data: bytes = BOOK) -> str:
    answer = upload(browser, data)
    assert answer.status_code == 303, answer.text
    return answer.location


def text_of(browser: Browser, path: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(browser.get(path).text)).split())


def names(scene, scope) -> set[str]:
    with scene.dialer.db.read() as conn:
        return {row["name"] for row in contacts.page(conn, scope, limit=100)}


def test_a_file_goes_from_its_columns_to_contacts_and_back(scene, owner):
    before = names(scene, scene.owner)
    path = chosen(owner)
    text = text_of(owner, path)
    assert "What is in the columns?" in text and "Ida Wells" in text and "ida@example.com" in text
    owner.post(f"{path}/columns", {"meaning": ["name", "phone", "phone", "email"]})
    text = text_of(owner, path)
    assert "1 new, 1 joined, 1 left out" in text
    assert "Joined with Jane Doe: adds (212) 555-0199" in text
    assert "There is no phone number" in text
    assert names(scene, scene.owner) == before
    owner.post(f"{path}/run")
    assert "0 of 3 rows taken in" in text_of(owner, path)
    work_on_imports(scene.dialer)
    assert "1 new, 1 joined, 1 left out" in text_of(owner, path)
    assert names(scene, scene.owner) == before | {"Ida Wells"}
    assert 'action="' + path + '/undo"' in owner.get("/contacts/import").text
    owner.post(f"{path}/undo")
    work_on_imports(scene.dialer)
    assert "Everybody is as they were before." in text_of(owner, path)
    assert names(scene, scene.owner) == before


def test_the_meaning_of_a_column_can_be_corrected_and_what_was_chosen_stays_when_it_is_refused(owner):
    path = chosen(owner, b"who,reach\nIda Wells,3125550142\n")
    answer = owner.post(f"{path}/columns", {"meaning": ["nickname", ""]})
    assert answer.status_code == 422 and "Say which column holds the phone numbers" in answer.text
    assert '<option value="nickname" selected>' in answer.text
    assert owner.post(f"{path}/columns", {"meaning": ["nickname", "phone"]}).status_code == 303
    assert "1 new" in text_of(owner, path)
    owner.post(f"{path}/change")
    assert '<option value="nickname" selected>' in owner.get(path).text


def test_columns_without_anything_in_them_stand_apart_and_keep_their_places(scene, owner):
    path = chosen(owner, b"who,fax,reach,pager\nIda Wells,,3125550142,\n")
    page = owner.get(path).text
    apart = page.index("2 columns without anything in them")
    assert page.index("<strong>reach</strong>") < apart < page.index("<strong>fax</strong>")
    answer = owner.post(f"{path}/columns", {"meaning": ["name", "phone", "", ""], "column": ["1", "3", "2", "4"]})
    assert answer.status_code == 303 and "1 new" in text_of(owner, path)
    batch = import_batch.find(scene.dialer, scene.owner, int(path.split("/")[-1]))
    assert batch["columns"] == ["name", "", "phone", ""]


def test_a_vcard_needs_no_columns(owner):
    path = chosen(owner, b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Ida Wells\r\nTEL:+13125550142\r\nEND:VCARD\r\n")
    assert "This would happen" in text_of(owner, path)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"\xff\xd8\xff\xe0 JFIF", "picture"),
        (b"PK\x03\x04 xl/workbook.xml", "Excel"),
        (b"PK\x03\x04 notes.txt", "unpack a zip"),
        (b"%PDF-1.7", "PDF"),
        (b"name,phone\n", "nothing else"),
        (b"name,phone\n" + b"x" * 20_000_001, "20 MB"),
    ],
    ids=["empty", "picture", "excel", "zip", "pdf", "header", "large"],
)
def test_a_file_that_is_no_address_book_is_refused_with_what_to_do(owner, data, says):
    answer = upload(owner, data)
    assert answer.status_code == 422
    assert says in re.search(r'id="file-wrong">([^<]+)<', answer.text)[1]
    assert answer.text.count("import-line") == 2, "nothing of it is kept"


def test_a_form_without_a_file_asks_for_one_and_an_endless_one_is_not_read(owner):
    assert "Choose a file first" in owner.post("/contacts/import", {}, content_type="multipart/form-data").text
    assert upload(owner, b"x" * 22_100_000).status_code == 413


def test_filters_and_pages_show_every_row_once(scene, owner, monkeypatch):
    monkeypatch.setattr("soi_dialer.web.views.imports.ROWS", 10)
    rows = "".join(f"Person {number},212555{1000 + number}\n" for number in range(25))
    path = chosen(owner, f"name,phone\n{rows}Nobody,\n".encode())
    owner.post(f"{path}/columns", {"meaning": ["name", "phone"]})
    seen, link = [], path
    while link:
        text = owner.get(link).text
        seen += re.findall(r'<td class="num">(\d+)</td>', text)
        more = re.search(r'href="([^"]+)" rel="next"', text)
        link = html.unescape(more[1]) if more else None
    assert seen == [str(number) for number in range(2, 28)]
    assert re.findall(r'<td class="num">(\d+)</td>', owner.get(f"{path}?show=skipped").text) == ["27"]
    assert "Nobody" in owner.get(f"{path}?show=noted").text
    for odd in ("?after=x", "?after=99999999999", "?show=%00", "?after=-1&show=new%27"):
        assert owner.get(path + odd).status_code == 200


def test_how_far_it_is_can_be_asked(scene, owner):
    path = chosen(owner)
    owner.post(f"{path}/columns", {"meaning": ["name", "phone", "phone", "email"]})
    owner.post(f"{path}/run")
    answer = owner.get(f"{path}/live")
    assert (answer.headers["Soi-Live"], 'value="0"' in answer.text) == ("yes", True)
    work_on_imports(scene.dialer)
    assert owner.get(f"{path}/live").headers["Soi-Live"] == "no"


def test_pressing_twice_says_how_it_stands_and_does_it_once(scene, owner):
    path = chosen(owner)
    owner.post(f"{path}/columns", {"meaning": ["name", "phone", "phone", "email"]})
    owner.post(f"{path}/run")
    owner.post(f"{path}/run")
    assert "This import has moved on meanwhile" in owner.get(path).text
    owner.post(f"{path}/discard")
    assert "It has been taken in already" in owner.get(path).text
    work_on_imports(scene.dialer)
    assert "1 new" in text_of(owner, path)


def test_a_file_can_be_forgotten(owner):
    path = chosen(owner)
    owner.post(f"{path}/discard")
    assert "Forgotten" in owner.get("/contacts/import").text
    assert owner.get(path).status_code == 404


@pytest.mark.parametrize("name", ["teammate", "stranger"])
def test_nobody_else_finds_an_import_or_gets_anybody_in_an_export(scene, owner, name):
    path, other = chosen(owner), scene.browser(name)
    assert [other.get(path).status_code, other.get(f"{path}/live").status_code] == [404, 404]
    for step in ("columns", "change", "run", "undo", "discard"):
        assert other.post(f"{path}/{step}").status_code == 404
    assert "book.csv" not in other.get("/contacts/import").text
    assert "Jane Doe" not in other.get("/contacts/export/csv").text
    assert owner.get(path).status_code == 200


@pytest.mark.parametrize(("form", "ending"), [("csv", ".csv"), ("vcard3", ".vcf"), ("vcard4", ".vcf")])
def test_everybody_is_taken_out_in_three_forms(owner, form, ending):
    answer = owner.get(f"/contacts/export/{form}")
    assert answer.status_code == 200 and ending in answer.headers["Content-Disposition"]
    assert "Jane Doe" in answer.text and "+12125550147" in answer.text
    assert owner.get("/contacts/export/xlsx").status_code == 404


def test_whom_an_undo_has_kept_is_shown_by_name(scene, owner):
    path = chosen(owner)
    owner.post(f"{path}/columns", {"meaning": ["name", "phone", "phone", "email"]})
    owner.post(f"{path}/run")
    work_on_imports(scene.dialer)
    with scene.dialer.db.write() as conn:
        ida = next(row["id"] for row in contacts.page(conn, scene.owner) if row["name"] == "Ida Wells")
        add_call(conn, scene.owner, ida)
    import_batch.undo(scene.dialer, scene.owner, int(path.rpartition("/")[2]))
    work_on_imports(scene.dialer)
    assert "1 person was kept as they are" in text_of(owner, path)
    text = text_of(owner, f"{path}?show=kept")
    assert "Ida Wells" in text and "Kept: there are calls with them." in text and "Jane Doe" not in text
