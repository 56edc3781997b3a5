"""Run the retriever: `python -m services.retriever`."""

import asyncio
from datetime import UTC, datetime

from caveat.chassis.background import Regular
from caveat.chassis.run import Chassis, Edges, run
from caveat.pipeline import QUESTION_ROUTED
from services.retriever import freshness
from services.retriever.folder import CorpusFolder
from services.retriever.freshness import Freshness
from services.retriever.library import Library
from services.retriever.rpc import servicer
from services.retriever.settings import RetrieverSettings
from services.retriever.stream import retrieving


async def assemble(settings: RetrieverSettings, chassis: Chassis) -> Edges:
    """Open the corpus and connect it to its edges."""
    folder = CorpusFolder(settings.corpus or chassis.shared.home / "corpus")
    library = await asyncio.to_thread(Library, folder)
    ages = Freshness(library, lambda: datetime.now(UTC))
    return Edges(
        handlers={QUESTION_ROUTED: retrieving(library)},
        servicers=(servicer(library),),
        parts=(library, Regular(ages.look, freshness.INTERVAL)),
    )


if __name__ == "__main__":
    run("retriever", RetrieverSettings, assemble)
