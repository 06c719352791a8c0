"""How fast a thread grows, and how much attention it asks for."""

import math

from opinion_nlp.report.threads.records import AlarmLevel, AlarmSign, ThreadOptions


def measure_growth(n_last: int, n_before: int) -> float:
    """Compare the last period with the one before it, which counts as one statement at least.

    Examples
    --------
    >>> measure_growth(6, 2), measure_growth(6, 0), measure_growth(0, 4)
    (3.0, 6.0, 0.0)
    """
    return n_last / max(n_before, 1)


def find_alarm(
    *, size: int, n_last: int, n_before: int, growth: float, n_areas: int, mean_p_rumour: float, options: ThreadOptions
) -> tuple[AlarmLevel, tuple[AlarmSign, ...]]:
    """Give the alarm level of a thread, and the signs that raised it.

    Each sign raises the level by one, up to three:

    - *large*: it has at least ``options.large`` statements;
    - *growing*: ``growth`` is at least ``options.growing``, and the last period has at least ``options.growing_size``
      statements;
    - *widespread*: it was met in at least ``options.widespread`` areas;
    - *ungrounded*: mean ``p_rumour`` is at least ``options.ungrounded``; alone it raises nothing, since every thread
      consists of rumours.

    A thread of which nothing was heard in the last two periods is not above ``WATCH``. Whether the claim is true or
    answered plays no part: an answered rumour may go on.

    Parameters
    ----------
    size, n_last, n_before : int
        Statements in all, in the last period of the archive, and in the one before it.
    growth : float
        NaN where the archive has fewer than two periods; then the thread does not grow, and is not taken for quiet.
    n_areas : int
    mean_p_rumour : float
        May be NaN.
    options : ThreadOptions

    Examples
    --------
    >>> level, signs = find_alarm(
    ...     size=14, n_last=9, n_before=3, growth=3.0, n_areas=5, mean_p_rumour=0.7, options=ThreadOptions()
    ... )
    >>> level.name, [sign.value for sign in signs]
    ('HIGH', ['large', 'growing', 'widespread'])
    """
    found = {
        AlarmSign.LARGE: size >= options.large,
        AlarmSign.GROWING: growth >= options.growing and n_last >= options.growing_size,
        AlarmSign.WIDESPREAD: n_areas >= options.widespread,
        AlarmSign.UNGROUNDED: mean_p_rumour >= options.ungrounded,
    }
    signs = tuple(sign for sign, is_there in found.items() if is_there)
    if signs == (AlarmSign.UNGROUNDED,):
        signs = ()
    is_quiet = not math.isnan(growth) and n_last + n_before == 0
    return AlarmLevel(min(len(signs), AlarmLevel.WATCH if is_quiet else AlarmLevel.HIGH)), signs
