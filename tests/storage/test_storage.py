"""What is stored comes back exactly, on both databases."""

import io
import json
from decimal import Decimal

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DatabaseError

from app.documents import canonical
from app.documents.money import Money, total
from app.storage import access, documents, jobs, keys, trail
from app.storage.access import Role
from app.storage.files import FileStore, TooLargeError
from app.storage.identifiers import make
from app.storage.tables import ALLOCATION, MATCH, TRAIL
from app.trail.events import DocumentReceived
from tests.conftest import NOW

INVOICE = canonical.read(
    {
        "kind": "invoice",
        "number": "NW-2026/0417",
        "issue_date": "2026-10-30",
        "currency": "EUR",
        "supplier": {"name": "Nordwind Beispiel GmbH", "vat_id": "DE 123456789"},
        "references": {"purchase_order": "PO-0042"},
        "lines": [
            {"id": "10", "description": "Hex bolt", "quantity": "2500", "unit": "C62", "unit_price": "0.1184",
             "net_amount": "296.00"}
        ],
        "totals": {"net": "296.00", "gross": "352.24"},
    }
)  # fmt: skip


def put(session, document=INVOICE, **more):
    identifier = make("doc")
    documents.add(
        session, tenant="default", identifier=identifier, received_by="test", received_at=NOW, file_sha256=None, **more
    )
    documents.set_read(session, tenant="default", identifier=identifier, document=document, pages=[(595, 842)], at=NOW)
    return identifier


class TestDocuments:
    def test_a_document_comes_back_as_it_was(self, database):
        with database.begin() as session:
            identifier = put(session)

        with database.read() as session:
            record = documents.get(session, tenant="default", identifier=identifier)

        assert record.document == INVOICE
        assert record.received_at == NOW
        assert record.pages == ((595, 842),)

    def test_another_tenant_sees_nothing(self, database):
        with database.begin() as session:
            identifier = put(session)

        with database.read() as session:
            assert documents.get(session, tenant="other", identifier=identifier) is None
            assert keys.sharing(session, tenant="other", keys=keys.keys_of(INVOICE)) == set()

    def test_it_is_found_by_the_order_it_names_however_that_is_written(self, database):
        with database.begin() as session:
            identifier = put(session)

        with database.read() as session:
            assert keys.sharing(session, tenant="default", keys={("order", "PO0042")}) == {identifier}

    def test_the_order_of_arrival_has_no_gap_and_no_double(self, database):
        with database.begin() as session:
            found = [put(session) for _ in range(5)]

        with database.read() as session:
            records = [documents.get(session, tenant="default", identifier=entry) for entry in found]

        assert [record.sequence for record in records] == [1, 2, 3, 4, 5]

    def test_a_reader_cannot_write(self, database):
        with pytest.raises(DatabaseError), database.read() as session:
            put(session)

    def test_a_failed_transaction_leaves_nothing(self, database):
        with pytest.raises(RuntimeError), database.begin() as session:
            put(session)
            raise RuntimeError

        with database.read() as session:
            assert documents.listed(session, tenant="default", limit=10) == []


class TestExactValues:
    def test_ten_times_a_price_of_ten_cents_is_one_euro(self, database):
        price = Decimal("0.10")
        with database.begin() as session:
            invoice = put(session)
            session.execute(
                insert(MATCH).values(
                    tenant="default", id="mat_1", invoice=invoice, current=True, decision="pay", decision_id="dec_1",
                    currency="EUR", payable_minor=0, held_minor=0, payable_net_minor=0, held_net_minor=0,
                    policy_version="1", rules_version="1", inputs_sha256="0" * 64, body={}, matched_at=NOW,
                    expires_at=NOW,
                )
            )  # fmt: skip
            session.execute(
                insert(ALLOCATION),
                [
                    {"tenant": "default", "match": "mat_1", "position": n, "kind": "bill", "invoice": invoice,
                     "quantity": price, "amount_minor": Money.of(price, "EUR").minor, "currency": "EUR"}
                    for n in range(10)
                ],
            )  # fmt: skip

        with database.read() as session:
            rows = session.execute(select(ALLOCATION.c.quantity, ALLOCATION.c.amount_minor)).all()
            in_sql = session.execute(text("SELECT sum(amount_minor) FROM allocation")).scalar()

        assert sum((row.quantity for row in rows), Decimal(0)) == Decimal("1.00")
        assert total((Money.from_minor(row.amount_minor, "EUR") for row in rows), "EUR") == Money.of("1.00", "EUR")
        assert Money.from_minor(int(in_sql), "EUR") == Money.of("1.00", "EUR")

    def test_a_price_written_ten_times_on_an_invoice_sums_exactly(self, database):
        lines = [{"id": str(n), "quantity": "1", "unit_price": "0.10", "net_amount": "0.10"} for n in range(10)]
        document = canonical.read({"kind": "invoice", "currency": "EUR", "lines": lines, "totals": {"net": "1.00"}})
        with database.begin() as session:
            identifier = put(session, document)

        with database.read() as session:
            found = documents.get(session, tenant="default", identifier=identifier).document

        assert sum(line.unit_price for line in found.lines) == Decimal("1.00") == found.totals.net


class TestTrail:
    def write(self, session, count):
        for n in range(count):
            event = DocumentReceived(subject=f"doc_{n}", sha256="ab", file="größe.pdf")
            trail.append(session, tenant="default", at=NOW, actor="test", event=event)

    def test_the_chain_holds(self, database):
        with database.begin() as session:
            self.write(session, 20)

        with database.read() as session:
            assert trail.check(session, tenant="default") == (20, None)

    @pytest.mark.parametrize("statement", ["UPDATE trail SET actor = 'x'", "DELETE FROM trail"])
    def test_the_database_refuses_to_change_it(self, database, statement):
        with database.begin() as session:
            self.write(session, 2)

        with pytest.raises(DatabaseError, match="append-only"), database.begin() as session:
            session.execute(text(statement))

    def test_a_change_behind_the_databases_back_shows(self, database):
        with database.begin() as session:
            self.write(session, 5)
        with database.begin() as session:
            if database.dialect == "sqlite":
                session.execute(text("DROP TRIGGER trail_no_update"))
            else:
                session.execute(text("ALTER TABLE trail DISABLE TRIGGER trail_no_change"))
            session.execute(TRAIL.update().where(TRAIL.c.seq == 3).values(actor="somebody else"))

        with database.read() as session:
            _, broken = trail.check(session, tenant="default")

        assert (broken.seq, broken.reason) == (3, "was changed after it was written")

    def test_it_is_rolled_back_with_the_change_it_tells_of(self, database):
        with pytest.raises(RuntimeError), database.begin() as session:
            self.write(session, 1)
            raise RuntimeError

        with database.read() as session:
            assert trail.head(session, tenant="default") is None


class TestFiles:
    def test_the_same_bytes_are_one_file(self, files, tmp_path):
        first = files.add(io.BytesIO(b"abc"), limit=10)
        second = files.add(io.BytesIO(b"abc"), limit=10)

        assert first == second
        assert files.read(first.sha256) == b"abc"
        assert list((tmp_path / "files" / "incoming").iterdir()) == []

    def test_too_many_bytes_are_refused_and_leave_nothing(self, files, tmp_path):
        with pytest.raises(TooLargeError):
            files.add(io.BytesIO(b"x" * 11), limit=10)

        assert list((tmp_path / "files" / "incoming").iterdir()) == []

    @pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "ab"])
    def test_a_name_is_never_a_path(self, tmp_path, name):
        with pytest.raises(FileNotFoundError):
            FileStore(tmp_path / "files").open(name)


class TestAccess:
    def test_a_key_opens_and_a_revoked_one_does_not(self, database):
        with database.begin() as session:
            identifier, secret = access.add_key(session, tenant="default", name="sap", role=Role.AP_SYSTEM, at=NOW)
        with database.read() as session:
            holder = access.holder_of(session, secret)
            stored = json.dumps([str(value) for value in session.execute(text("SELECT * FROM api_key")).first()])

        assert (holder.name, holder.role) == ("sap", Role.AP_SYSTEM)
        assert secret not in stored

        with database.begin() as session:
            assert access.revoke_key(session, tenant="default", identifier=identifier, at=NOW)
        with database.read() as session:
            assert access.holder_of(session, secret) is None


class TestJobs:
    def test_a_job_counts_what_became_of_its_files(self, database):
        with database.begin() as session:
            read = put(session)
            waiting = make("doc")
            documents.add(
                session, tenant="default", identifier=waiting, received_by="t", received_at=NOW, file_sha256=None
            )
            jobs.add(
                session, tenant="default", identifier="job_1", actor="t", at=NOW,
                files=[jobs.NewFile("a.pdf", read), jobs.NewFile("b.pdf", waiting), jobs.NewFile("c.pdf", read, read)],
            )  # fmt: skip
            documents.set_unread(
                session, tenant="default", identifier=waiting, verdict="encrypted", reason="has a password",
                pages=[], at=NOW,
            )  # fmt: skip
            jobs.count(session, tenant="default", identifier="job_1", at=NOW)

        with database.read() as session:
            job = jobs.get(session, tenant="default", identifier="job_1")

        assert (job.total, job.done, job.failed) == (3, 3, 1)
        assert [entry.state for entry in job.documents] == ["read", "unread", "read"]
        with database.read() as session:
            assert [(e.tenant, e.job, e.attempt, e.phase) for e in jobs.unfinished(session, before=NOW)] == [
                ("default", "job_1", 1, "queued")
            ]
