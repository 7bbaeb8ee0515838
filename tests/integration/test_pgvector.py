"""KB_INDEX=pgvector, from files to an answer, on a real PostgreSQL."""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pytest

from kb import wiring
from kb.answer.respond import Asked
from kb.errors import SettingsError, StoreError
from kb.settings import Settings
from kb.store import Store
from kb.types import DecisionKind, ReleaseId
from kb.wiring import Kb
from tests.stores import postgres_schema, postgres_statements

pytestmark = pytest.mark.postgres
TABLE = "标准问,相似问,答案\n"
FIRST = "多久发货,什么时候发货,付款后 24 小时内发货。\n能开发票吗,怎么开发票,下单时填写抬头即可。\n"
SECOND = "支持七天无理由退货吗,七天内可以退货吗,支持，商品完好即可。\n"
VECTORS = np.eye(4, dtype=np.float32)


@pytest.fixture
def url() -> str:
    return postgres_schema()


@pytest.fixture
def kb(url: str, tmp_path: Path) -> Iterator[Kb]:
    opened = wiring.build(Settings(home=tmp_path / "home", database_url=url, index="pgvector", keep_releases=2))
    yield opened
    opened.close()


def published(kb: Kb, folder: Path, rows: str) -> ReleaseId:
    file = folder / "faq.csv"
    file.write_text(TABLE + rows, "utf-8")
    kb.intake.write(kb.intake.look([file]), author="test", confirmed=True)
    return kb.publisher.publish(accept=True).manifest.id


def tables(store: Store) -> set[str]:
    with store._database.reading() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        return {name for (name,) in cursor.fetchall() if name.startswith("vectors_")}


def answer(kb: Kb, question: str) -> str:
    reply = kb.responder.respond(kb.matcher(), Asked(question, dry_run=True))
    assert reply.judgement.decision.kind is DecisionKind.ANSWER
    return reply.message


def test_a_question_is_answered_from_vectors_in_the_database(kb: Kb, tmp_path: Path) -> None:
    assert published(kb, tmp_path, FIRST)
    assert "24 小时" in answer(kb, "什么时候发货")
    knowledge = kb.matcher().knowledge
    row = knowledge.texts.index("能开发票吗")
    assert knowledge.index.search(knowledge.vectors[row], 1)[0].tolist() == [row]
    assert type(knowledge.index).__module__ == "kb.store.vectors"
    assert kb.serving.manifest.index == "pgvector"


def test_releases_with_the_same_vectors_share_a_table_and_pruned_ones_leave_none(kb: Kb, tmp_path: Path) -> None:
    published(kb, tmp_path, FIRST)
    (first,) = tables(kb.store)
    published(kb, tmp_path, FIRST.replace("24", "48"))
    assert tables(kb.store) == {first}
    for step in range(3):
        published(kb, tmp_path, FIRST + SECOND.replace("七天", "七天" * (step + 1)))
    assert first not in tables(kb.store)
    assert len(tables(kb.store)) == 2  # the present release and the one before
    kb.releases.rollback()
    kb.refresh()
    assert "24 小时" in answer(kb, "什么时候发货")


def test_passages_of_documents_are_searched_there_too(kb: Kb, tmp_path: Path) -> None:
    (tmp_path / "guide.md").write_text("# 纸尿裤指南\n\n## 尺码\n\n体重 10 公斤选 L 码。\n", "utf-8")
    kb.intake.write(kb.intake.look([tmp_path / "guide.md"]), author="test", confirmed=True)
    published(kb, tmp_path, FIRST)
    passages = kb.matcher().passages
    assert passages is not None
    assert type(passages.shelf.knowledge.index).__module__ == "kb.store.vectors"
    assert len(tables(kb.store)) == 2
    assert passages.shelf.knowledge.words is kb.matcher().knowledge.words  # read once


def test_a_release_made_for_another_index_is_taken_over_when_it_is_opened(url: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", database_url=url)
    before = wiring.build(settings)
    published(before, tmp_path, FIRST)
    assert tables(before.store) == set()
    before.close()
    now = wiring.build(replace(settings, index="pgvector"))
    assert "24 小时" in answer(now, "什么时候发货")
    assert len(tables(now.store)) == 1
    now.close()


def test_sqlite_is_refused_at_once_with_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="KB_DATABASE_URL=postgresql"):
        wiring.build(Settings(home=tmp_path, index="pgvector"))


def test_a_server_without_pgvector_is_refused_with_what_to_install(url: str) -> None:
    schema = url.rpartition("%3D")[2]
    postgres_statements(f"CREATE VIEW {schema}.pg_available_extensions AS SELECT 'hstore' AS name")
    postgres_statements(f"CREATE VIEW {schema}.pg_extension AS SELECT 'x' AS extname, 1::oid AS extnamespace")
    with (
        Store.open(f"{url},pg_catalog") as store,
        pytest.raises(StoreError, match="apt install postgresql-16-pgvector"),
    ):
        store.vectors().open(VECTORS, "ab" * 16)


def test_a_user_who_may_not_switch_pgvector_on_is_told_who_must(url: str) -> None:
    name = f"u_{uuid.uuid4().hex[:12]}"
    postgres_statements(f"CREATE ROLE {name} LOGIN", f"CREATE DATABASE {name} OWNER {name}")
    host = url.partition("host=")[2].partition("&")[0]
    own = f"postgresql+psycopg://{name}@/{name}?host={quote(host)}"
    with Store.open(own) as store, pytest.raises(StoreError, match="CREATE EXTENSION vector"):
        store.vectors().open(VECTORS, "ab" * 16)
    postgres_statements("CREATE EXTENSION vector", database=name)
    with Store.open(own) as store:
        assert store.vectors().open(VECTORS, "ab" * 16).search(VECTORS[2], 1)[0].tolist() == [2]
