"""The workbench in a real browser: signing in, the worst case, the two printed lines, the keys, the upload."""

import re
import urllib.error
import urllib.request

import pytest

from app.storage.access import Role
from tests.browser import papers
from tests.browser.conftest import work

pytestmark = pytest.mark.browser


def open_case(page, number):
    page.goto("/queue")
    page.get_by_role("link", name=re.compile(re.escape(number))).click()
    page.wait_for_url("**/cases/**")


class TestSigningIn:
    def test_a_page_asks_for_a_session_and_comes_back_to_it(self, visit, site):
        visit.goto("/documents?kind=quote")
        assert visit.url.startswith(f"{site.url}/sign-in")

        visit.get_by_label("API key").fill(site.key)
        visit.get_by_role("button", name="Sign in").click()

        visit.wait_for_url("**/documents?kind=quote")
        assert visit.get_by_role("link", name="Q-881").is_visible()

    def test_a_code_works_once(self, visit, site):
        code = site.code()
        visit.goto(f"/sign-in?code={code}")
        visit.get_by_role("button", name="Open the workbench").click()
        visit.wait_for_url("**/queue")
        visit.get_by_role("button", name="Sign out").click()
        visit.wait_for_url("**/sign-in")

        visit.goto(f"/sign-in?code={code}")
        visit.get_by_role("button", name="Open the workbench").click()

        assert visit.get_by_role("alert").inner_text().endswith("used already or has run out.")
        assert visit.complaints.pop().startswith("Failed to load resource")  # the 401

    def test_a_link_from_another_site_opens_all_the_same(self, workbench, site):
        """The browser keeps a strict cookie back on the first step; a page of ours takes the second."""
        elsewhere = site.url.replace("127.0.0.1", "localhost")
        workbench.goto(f"{elsewhere}/sign-in")
        workbench.evaluate("address => { location.href = address }", f"{site.url}/documents?kind=quote")

        workbench.get_by_role("link", name="Q-881").wait_for()
        assert workbench.url == f"{site.url}/documents?kind=quote"

    def test_the_session_cannot_be_read_by_scripts_and_ends_on_the_server(self, workbench, site):
        cookie = workbench.context.cookies()[0]
        assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/")

        workbench.get_by_role("button", name="Sign out").click()
        workbench.wait_for_url("**/sign-in")
        workbench.context.add_cookies([cookie])
        workbench.goto("/queue")

        assert "/sign-in" in workbench.url


class TestQueue:
    def test_the_most_money_comes_first_and_currencies_stay_apart(self, workbench):
        cases = workbench.locator(".case-row h2").all_inner_texts()
        assert "FAB/26/4471" in cases[0]
        assert papers.INVOICE in cases[1]

        sums = workbench.locator(".sums").inner_text()
        assert "GBP" in sums
        assert "EUR" in sums

    def test_a_view_is_an_address(self, workbench):
        workbench.get_by_label("Finding").select_option("PRICE_OVER_PO")
        workbench.get_by_role("button", name="Show", exact=True).click()
        workbench.wait_for_url("**/queue?*code=PRICE_OVER_PO*")

        assert workbench.locator(".case-row").count() == 1

    def test_what_waits_stands_apart(self, workbench):
        workbench.get_by_role("link", name="Waiting").click()
        workbench.wait_for_url("**tab=wait")

        assert "NW-2026-00420" in workbench.locator(".case-row h2").inner_text()


class TestCase:
    def test_the_two_printed_lines_stand_one_above_the_other(self, workbench):
        open_case(workbench, papers.INVOICE)
        workbench.get_by_role("link", name=papers.BOLTS[1]).click()
        workbench.wait_for_url("**line=10")
        workbench.wait_for_load_state("networkidle")

        order, invoice = (
            workbench.locator("figure.strip", has=workbench.get_by_text(word, exact=True))
            for word in ("Order", "Invoice")
        )
        assert order.locator("img").evaluate("image => image.complete && image.naturalWidth > 400")
        assert invoice.locator("img").evaluate("image => image.complete && image.naturalWidth > 400")
        above, below = order.bounding_box(), invoice.bounding_box()
        assert above["y"] + above["height"] <= below["y"] + 1
        assert abs(above["x"] - below["x"]) < 1
        assert order.locator("rect.strong").count() == 1
        assert invoice.locator("rect.strong").count() == 1

    def test_a_receipt_without_paper_shows_its_figures(self, workbench):
        open_case(workbench, papers.INVOICE)
        workbench.get_by_role("link", name=papers.BOLTS[1]).click()
        workbench.wait_for_url("**line=10")

        receipt = workbench.locator("figure.strip", has=workbench.get_by_text("Receipt", exact=True))
        assert "no paper" in receipt.inner_text()
        assert "2,500" in receipt.inner_text()

    def test_the_sentence_and_the_arithmetic_are_there(self, workbench):
        open_case(workbench, papers.INVOICE)
        workbench.get_by_role("link", name=papers.BOLTS[1]).click()
        workbench.wait_for_url("**line=10")

        why = workbench.locator(".why").first.inner_text()
        assert "0.1184" in why
        assert "0.1120" in why
        assert "16.00" in why

    def test_the_keys_walk_the_lines_and_the_cases(self, workbench):
        open_case(workbench, papers.INVOICE)
        workbench.goto(workbench.url + "?line=10")
        workbench.keyboard.press("j")
        workbench.wait_for_url("**line=20")
        workbench.keyboard.press("k")
        workbench.wait_for_url("**line=10")
        assert workbench.locator("tr.chosen").count() == 1

        first = workbench.url.split("?", maxsplit=1)[0]
        workbench.keyboard.press("[")
        workbench.wait_for_url(lambda url: not url.startswith(first))
        assert "FAB/26/4471" in workbench.get_by_role("heading", level=1).inner_text()
        workbench.keyboard.press("]")
        workbench.wait_for_url(f"{first}**")

    def test_the_keys_can_be_switched_off(self, workbench):
        open_case(workbench, papers.INVOICE)
        workbench.goto(workbench.url + "?line=10")
        workbench.get_by_text("Keys", exact=True).click()
        workbench.get_by_role("button", name="Switch keys off").click()
        workbench.keyboard.press("j")
        workbench.wait_for_timeout(200)

        assert workbench.url.endswith("line=10")
        assert workbench.get_by_role("button", name="Switch keys on").is_visible()

    def test_going_back_shows_the_line_before(self, workbench):
        open_case(workbench, papers.INVOICE)
        workbench.goto(workbench.url + "?line=10")
        workbench.keyboard.press("j")
        workbench.wait_for_url("**line=20")
        workbench.go_back()
        workbench.wait_for_url("**line=10")
        title = workbench.locator("#strips-title", has_text="Line 10")
        title.wait_for()
        assert title.is_visible()

    def test_reading_needs_no_scripts(self, chromium, site):
        profile = chromium.new_context(java_script_enabled=False, base_url=site.url)
        page = profile.new_page()
        page.goto(f"/sign-in?code={site.code()}")
        page.get_by_role("button", name="Open the workbench").click()
        page.get_by_role("link", name=re.compile(papers.INVOICE)).click()
        page.get_by_role("link", name=papers.BEARINGS[1]).click()

        assert page.url.endswith("line=20")
        assert page.locator("#strips-title").inner_text() == "Line 20 as printed"
        profile.close()


class TestDocuments:
    def test_what_could_not_be_read_says_why(self, workbench):
        workbench.goto("/documents?state=unread")

        row = workbench.locator("tbody tr")
        assert "broken.pdf" in row.inner_text()
        assert "Not read" in row.inner_text()

    def test_an_upload_goes_to_its_job_which_follows_itself(self, workbench, site, sandbox):
        workbench.goto("/documents")
        again = {"name": "again.pdf", "mimeType": "application/pdf", "buffer": papers.order_pdf()}
        fresh = {"name": "note.txt", "mimeType": "text/plain", "buffer": b"nothing to read here"}
        workbench.get_by_label("Files").set_input_files([again, fresh])
        workbench.get_by_role("button", name="Upload").click()
        workbench.wait_for_url("**/jobs/**")
        assert "On file already" in workbench.locator("tbody").inner_text()
        assert workbench.get_by_role("heading", level=1).inner_text() == "Waiting for a reader"

        work(site.ctx, sandbox, workbench.url.rpartition("/")[2])

        workbench.get_by_role("heading", name="Done").wait_for()
        assert "Not read" in workbench.locator("tbody").inner_text()

    def test_who_may_not_bring_documents_sees_no_form_and_is_refused(self, visit, site):
        visit.goto(f"/sign-in?code={site.code(Role.ADMIN)}")
        visit.get_by_role("button", name="Open the workbench").click()
        visit.wait_for_url("**/queue")
        visit.goto("/documents")
        assert visit.get_by_role("button", name="Upload").count() == 0

        status = visit.evaluate("fetch('/documents', {method: 'POST', body: new FormData()}).then(a => a.status)")
        assert status == 403
        visit.complaints.clear()

    def test_a_form_without_a_file_says_so(self, workbench):
        workbench.goto("/documents")
        workbench.get_by_label("Files").evaluate("input => { input.required = false }")
        workbench.get_by_role("button", name="Upload").click()

        assert "Choose one file" in workbench.get_by_role("alert").inner_text()
        workbench.complaints.clear()

    def test_a_value_leads_to_its_box_on_the_page(self, workbench):
        workbench.goto("/documents?number=" + papers.INVOICE)
        workbench.locator("tbody th a").first.click()
        workbench.get_by_role("link", name="0.1184").click()

        box = workbench.locator("rect:target")
        assert box.count() == 1
        assert float(box.get_attribute("width")) > 10

    def test_the_original_is_a_download(self, workbench):
        workbench.goto("/documents?number=" + papers.INVOICE)
        workbench.locator("tbody th a").first.click()
        with workbench.expect_download() as download:
            workbench.get_by_role("link", name="Download the original").click()

        assert download.value.suggested_filename == "invoice-NW-2026-00417.pdf"


class TestEdges:
    def ask(self, url, *, method="GET", data=None, **headers):
        request = urllib.request.Request(url, data=data, method=method, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(self, site):
        status, headers, body = self.ask(f"{site.url}/nowhere", Accept="text/html")
        assert (status, headers.get_content_type()) == (404, "text/html")
        assert "<h1>Not found</h1>" in body

        status, headers, _ = self.ask(f"{site.url}/nowhere", Accept="application/json")
        assert (status, headers.get_content_type()) == (404, "application/problem+json")
        status, headers, _ = self.ask(f"{site.url}/v1/nowhere", Accept="text/html")
        assert (status, headers.get_content_type()) == (404, "application/problem+json")

    def test_the_rules_are_a_page_for_people_and_json_for_programs(self, site):
        status, headers, _ = self.ask(f"{site.url}/rules", Accept="application/json")
        assert (status, headers.get_content_type()) == (200, "application/json")

    @pytest.mark.parametrize(
        "headers", [{}, {"Origin": "https://elsewhere.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}]
    )
    def test_other_sites_cannot_sign_anybody_in_or_out(self, site, headers):
        for path in ("/sign-in", "/sign-out"):
            status, _, _ = self.ask(f"{site.url}{path}", method="POST", data=b"key=x", Accept="text/html", **headers)
            assert status == 403

    def test_nobody_sends_much_before_signing_in(self, site):
        status, _, _ = self.ask(
            f"{site.url}/sign-in", method="POST", data=b"key=" + b"x" * 20_000, Accept="text/html", Origin=site.url
        )
        assert status == 413

    def test_pictures_need_a_session(self, site):
        status, _, _ = self.ask(f"{site.url}/pictures/doc_x/page.webp", Accept="image/webp")
        assert status == 200  # the sign-in page, after a redirect

    def test_every_kind_of_problem_has_a_page(self, site):
        _, _, body = self.ask(f"{site.url}/problems", Accept="text/html")
        slugs = set(re.findall(r'href="/problems/([\w-]+)"', body))
        assert len(slugs) > 15
        for slug in slugs:
            status, _, page = self.ask(f"{site.url}/problems/{slug}", Accept="text/html")
            assert status == 200
            assert "What to do" in page
            assert "It means" in page

    def test_files_of_the_pages_are_kept_for_ever_under_their_digest(self, site):
        _, _, body = self.ask(f"{site.url}/sign-in", Accept="text/html")
        address = re.search(r'href="(/static/workbench\.[0-9a-f]{12}\.css)"', body)[1]
        _, headers, _ = self.ask(site.url + address)
        assert "immutable" in headers["Cache-Control"]
        assert self.ask(f"{site.url}/static/workbench.css", Accept="*/*")[0] == 404

    def test_the_server_says_that_it_is_well(self, site):
        for path in ("/healthz", "/readyz"):
            status, _, body = self.ask(site.url + path)
            assert status == 200
            assert '"ok":true' in body
            assert "sqlite 3." in body
