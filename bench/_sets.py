"""The papers that the calibration is fitted on and held against: generated, the sample company's, a corpus, scans."""

from bench import _fit, _known
from bench._fit import Outcome
from bench._known import Known

#: Seeds that no other measurement uses.
FIRST = 20_000
PRINTED, LETTERS = 500, 600
#: Each generated paper is damaged once; the others, of which there are few, three times.
TIMES = 3
SCANNED_PRINTED, SCANNED_LETTERS = 30, 40


def text_layers() -> list[Outcome]:
    """Every paper with a text layer, whole and damaged."""
    made = [*_known.printed(PRINTED, FIRST), *_known.letters(LETTERS, FIRST)]
    kept = [*_known.samples(), *_known.corpus()]
    out = _fit.outcomes(made)
    out += _fit.outcomes(_known.harmed(made, 1))
    out += _fit.outcomes(kept)
    return out + _fit.outcomes(_known.harmed(kept, TIMES))


def scans() -> list[Outcome]:
    """Some of the papers of one page, printed to pictures and looked at; none without the extra `ocr`."""
    from app.reading.ocr.networks import available  # noqa: PLC0415 (only with the extra `ocr`)

    if not available():
        print("the extra `ocr` is not installed: scans are left out")
        return []
    papers: list[Known] = [*_known.letters(SCANNED_LETTERS, FIRST), *_known.printed(SCANNED_PRINTED, FIRST)]
    papers += [*_known.samples()][::2] + [*_known.corpus()][::2]
    seen = list(_known.scanned([paper for paper in papers if len(paper.pages) == 1]))
    return _fit.outcomes(seen) + _fit.outcomes(_known.harmed(seen, 2))
