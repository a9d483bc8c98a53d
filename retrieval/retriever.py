"""Two stages put together: channels -> fusion -> reranker -> evidence."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from ..errors import QueryError
from ..indexing.collection import Collection
from ..indexing.documents import Node
from .calibration import Calibration
from .coarse import PHRASES, Channel, Ranking, one_of_each_group
from .diversity import diversified
from .evidence import Evidence
from .evidence_assembly import assemble_evidence
from .explanation import FUSION, RERANK, ChannelTrace, Explanation, QuestionTrace, explain_evidence
from .fusion import Fusion
from .mentioned_documents import DocumentMentions, favoured
from .named_documents import DocumentNaming, NamedDocuments
from .neighbours import MAX_MERGED, Hit, merge_neighbours
from .query import Query, Where, parse_queries
from .rerank.protocol import PARTS, Candidate, Reranked, Reranker, in_order
from .search_slots import SearchSlots
from .several_questions import fuse_questions
from .signal_stage import SignalStage

COARSE_DEPTH = 100
FINE_DEPTH = 50
SIGNALS = "signals"
"""In `Evidence.scores`: what the question's signals added to the fine score."""
MENTIONED = "mentioned"
"""In `Evidence.scores`: what was added to the fused score because the question mentions the document."""
DIVERSITY_SPACE = "text"
"""The vector space that tells how alike evidence is: every node has a vector in it."""


@dataclass(frozen=True, slots=True)
class Retrieval:
    """Evidence, best first, with the seconds that each stage took and what went wrong without ending the search.

    `query` is the question, the first of several; its `where` has what the question's words were found to name.
    `explanation` is the account of it all, None where `top_k` is 0.
    """

    query: Query
    evidence: tuple[Evidence, ...]
    seconds: dict[str, float] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    explanation: Explanation | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class _Found:
    """What the coarse stage finds for one question: `candidates` as the fine stage is given them, best first."""

    rankings: Mapping[str, Ranking]
    fused: Ranking
    candidates: list[Candidate]
    mentioned: Ranking
    channels: tuple[ChannelTrace, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The hits of one question, best first, with what led to them."""

    hits: list[Hit]
    trace: QuestionTrace
    seconds: Mapping[str, float]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QueryOptions:
    """How questions are taken.

    `signal_weight` is what holding the years and numbers of the question counts, in standard deviations of the fine
    scores. `diversity` in [0, 1] prefers evidence unlike that before it. `named_documents` lets a question narrow the
    search to the documents that it names (see the module of that name), and prefers those whose name it mentions (see
    `mentioned_documents`). `calibrated` fuses calibrated scores.
    """

    signal_weight: float = 0.3
    diversity: float = 0.0
    named_documents: bool = True
    calibrated: bool = False


class Retriever:
    """Finds evidence for questions. Safe to use from several threads.

    `notices` tells what every search shall warn of, such as pictures that no vector stands for yet.
    """

    def __init__(
        self,
        collection: Collection,
        channels: Sequence[Channel],
        fusion: Fusion,
        reranker: Reranker,
        *,
        coarse_depth: int = COARSE_DEPTH,
        fine_depth: int = FINE_DEPTH,
        options: QueryOptions | None = None,
        notices: Callable[[], Sequence[str]] = tuple,
    ) -> None:
        self._collection = collection
        self._channels = tuple(channels)
        self._fusion = fusion
        self._reranker = reranker
        self._coarse_depth = coarse_depth
        self._fine_depth = fine_depth
        self._notices = notices
        self._slots = SearchSlots()
        options = options or QueryOptions()
        self._signals = SignalStage(collection, options.signal_weight)
        self._diversity = options.diversity
        self._calibration = Calibration(collection, channels) if options.calibrated else None
        self._naming = DocumentNaming(collection) if options.named_documents else None
        self._mentions = DocumentMentions(collection) if options.named_documents else None

    @property
    def reranker_name(self) -> str:
        """The name of the fine stage."""
        return self._reranker.name

    def coarse(self, query: Query, depth: int | None = None) -> tuple[Ranking, dict[str, Ranking]]:
        """The fused ranking, and each channel's own; near-duplicates have one place in each."""
        rankings, _ = self._search(query, depth or self._coarse_depth)
        return self._fused(query, rankings), rankings

    def candidates(self, query: Query, depth: int | None = None) -> list[Candidate]:
        """What a search gives its fine stage, best first; that takes the first `fine_depth` of them.

        They are of the documents that the question names, if those have anything; those that it mentions are raised,
        and what holds its quotations stands first.
        """
        for asked, _ in self._scopes(query):
            if found := self._find(asked, depth or self._coarse_depth, self._fine_depth).candidates:
                return found
        return []

    def retrieve(
        self,
        question: str | Sequence[str],
        *,
        top_k: int = 10,
        where: Where | None = None,
        diversity: float | None = None,
    ) -> Retrieval:
        """Find the `top_k` best pieces of evidence for a question, or for several together (see `fuse_questions`).

        `diversity` takes the place of the retriever's own. Raises `QueryError` for unusable questions, filters,
        numbers of results or diversities.
        """
        queries = parse_queries(question, where)
        spread = self._diversity if diversity is None else diversity
        if not isinstance(spread, int | float) or not 0 <= spread <= 1:
            raise QueryError(f"The diversity is {spread!r}.", hint="Give a number from 0 (off) to 1.")
        if not isinstance(top_k, int):
            raise QueryError(f"The number of results is {top_k!r}.", hint="Give a whole number.")
        if top_k < 1:
            return Retrieval(queries[0], ())
        with self._slots.held():
            return self._retrieve(queries, top_k, where, spread)

    def _retrieve(self, queries: Sequence[Query], top_k: int, where: Where | None, spread: float) -> Retrieval:
        reach = self._reach(top_k, spread) if len(queries) == 1 else sys.maxsize
        ranked = [self._rank_named(query, max(self._coarse_depth, 2 * top_k), reach) for query in queries]
        start = time.perf_counter()
        hits = self._chosen(fuse_questions([one.hits for one in ranked]), top_k, spread)
        admitted = ranked[0].trace.query.where if len(ranked) == 1 else where
        found = assemble_evidence(self._collection, hits, admitted)
        traces = tuple(one.trace for one in ranked)
        seconds = {
            "coarse": sum(one.seconds["coarse"] for one in ranked),
            "rerank": sum(one.seconds["rerank"] for one in ranked),
            "evidence": time.perf_counter() - start,
        }
        warnings = tuple(dict.fromkeys([*(w for one in ranked for w in one.warnings), *self._notices()]))
        explanation = Explanation(traces, explain_evidence(traces, found), spread, seconds)
        return Retrieval(traces[0].query, tuple(evidence for _, evidence in found), seconds, warnings, explanation)

    def _search(self, query: Query, depth: int) -> tuple[dict[str, Ranking], tuple[ChannelTrace, ...]]:
        found: dict[str, Ranking] = {}
        traces: list[ChannelTrace] = []
        for channel in self._channels:
            start = time.perf_counter()
            found[channel.name] = channel.search(query, depth)
            traces.append(ChannelTrace(channel.name, len(found[channel.name]), time.perf_counter() - start))
        ids = sorted({node_id for ranking in found.values() for node_id, _ in ranking})
        return one_of_each_group(found, self._collection.groups(ids)), tuple(traces)

    def _fused(self, query: Query, rankings: Mapping[str, Ranking]) -> Ranking:
        if self._calibration is None:
            return self._fusion.fuse(rankings)
        ids = sorted({node_id for ranking in rankings.values() for node_id, _ in ranking})
        return self._fusion.fuse(self._calibration.calibrated(query, rankings, self._collection.kinds(ids)))

    def _scopes(self, query: Query) -> Iterator[tuple[Query, NamedDocuments | None]]:
        """The question among the documents that it names, where it names some, and among all."""
        named = self._naming.find(query) if self._naming else None
        if named is not None:
            yield replace(query, where={**(query.where or {}), **named.where}), named
        yield query, None

    def _find(self, query: Query, depth: int, reach: int) -> _Found:
        """What the coarse stage finds; the first `reach` candidates, and those of the fine stage, are enough."""
        start = time.perf_counter()
        rankings, channels = self._search(query, depth)
        fused = self._fused(query, rankings)
        seconds = time.perf_counter() - start
        mentioned = self._mentions.documents(query) if self._mentions else frozenset()
        # A quotation or a mentioned document may bring up nodes from anywhere before the fine stage.
        needed = fused if query.phrases or mentioned else fused[: max(self._fine_depth, reach)]
        nodes = self._collection.nodes([node_id for node_id, _ in needed])
        # A node deleted since its channel answered is simply gone.
        candidates = [Candidate(nodes[node_id], score) for node_id, score in needed if node_id in nodes]
        candidates, raised = favoured(candidates, mentioned)
        quoting = {node_id for node_id, _ in rankings.get(PHRASES, ())}
        candidates.sort(key=lambda candidate: candidate.node.id not in quoting)
        return _Found(rankings, fused, candidates, raised, channels, seconds)

    def _rank_named(self, query: Query, depth: int, reach: int) -> _Ranked:
        """Rank among the documents that the question names, if it does and they have anything; else among all."""
        for asked, named in self._scopes(query):
            ranked = self._rank(asked, depth, reach, named)
            if ranked.hits:
                break
        return ranked

    def _rank(self, query: Query, depth: int, reach: int, named: NamedDocuments | None) -> _Ranked:
        start = time.perf_counter()
        found = self._find(query, depth, reach)
        nodes = {candidate.node.id: candidate.node for candidate in found.candidates}
        fine, rest = found.candidates[: self._fine_depth], found.candidates[self._fine_depth :]
        reranking = self._reranker.rerank(query, fine)
        signalled = self._signals.apply(query, reranking.items, nodes)
        tail = _behind(signalled.items, rest, quoting={node_id for node_id, _ in found.rankings.get(PHRASES, ())})
        reranked = [(item.node_id, item.score) for item in reranking.items]
        by_stage = {
            **found.rankings,
            FUSION: found.fused,
            **({MENTIONED: found.mentioned} if found.mentioned else {}),
            **_rankings_by_part(reranking.items),
            RERANK: reranked,
        }
        if query.signals:
            by_stage[SIGNALS] = signalled.added
        by_channel = {stage: dict(ranking) for stage, ranking in by_stage.items()}
        hits = [_hit(item, nodes[item.node_id], by_channel, reranking.by) for item in signalled.items]
        hits += [_hit(item, nodes[item.node_id], by_channel) for item in tail]
        seconds = {"coarse": found.seconds, "rerank": time.perf_counter() - start - found.seconds}
        trace = QuestionTrace(query, named, found.channels, by_stage, signalled.held, reranking.by, reranking.models)
        return _Ranked(hits, trace, seconds, reranking.warnings)

    def _reach(self, top_k: int, diversity: float) -> int:
        """How many hits can take part in `_chosen`; the nodes of all others need not be read."""
        return MAX_MERGED * (self._pool_size(top_k) if diversity else top_k)

    def _pool_size(self, top_k: int) -> int:
        return max(self._fine_depth, 2 * top_k)

    def _chosen(self, hits: Sequence[Hit], top_k: int, diversity: float) -> list[Hit]:
        """The hits to return: neighbours merged, and unlike each other as far as that is wanted."""
        if not diversity or DIVERSITY_SPACE not in self._collection.spaces():
            return merge_neighbours(hits, top_k)
        pool = merge_neighbours(hits, self._pool_size(top_k))
        vectors = self._collection.vectors_by_node([hit.node.id for hit in pool], DIVERSITY_SPACE)
        pool = [hit for hit in pool if hit.node.id in vectors]  # without those that were deleted meanwhile
        return diversified(pool, [vectors[hit.node.id] for hit in pool], top_k, diversity)


def _behind(ranked: Sequence[Reranked], rest: Sequence[Candidate], quoting: AbstractSet[int]) -> list[Reranked]:
    """What the fine stage did not look at, with scores below all that it did: first what holds a quotation."""
    floor = min((item.score for item in ranked), default=0.0)
    behind: list[Reranked] = []
    for quotes in (True, False):
        group = [candidate for candidate in rest if (candidate.node.id in quoting) is quotes]
        top = max((candidate.score for candidate in group), default=0.0)
        behind += in_order([Reranked(c.node.id, floor + c.score - top - 1e-6, ()) for c in group])
        floor = min((item.score for item in behind), default=floor)
    return behind


def _hit(item: Reranked, node: Node, by_channel: Mapping[str, Mapping[int, float]], reranked_by: str = "") -> Hit:
    scores = {channel: found[node.id] for channel, found in by_channel.items() if node.id in found}
    return Hit(node, (node,), item.score, scores, item.regions, reranked_by)


def _rankings_by_part(items: Sequence[Reranked]) -> dict[str, Ranking]:
    """What the fine scores are made of, each part as a ranking of its own, in the order in which they are added."""
    found = {part for item in items for part in item.scores}
    parts = [*(part for part in PARTS if part in found), *sorted(found.difference(PARTS))]
    rankings = {part: [(item.node_id, item.scores[part]) for item in items if part in item.scores] for part in parts}
    return {part: sorted(ranking, key=lambda pair: (-pair[1], pair[0])) for part, ranking in rankings.items()}
