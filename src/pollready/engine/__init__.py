"""What any failure of the dependency network costs: arrays in, results out.

Pure library: numpy and numba, no database, clock, file or global random state. Import the
modules, not this package; only `network`, `expression` and `errors` come without numba.

    from pollready.engine.expression import (
        parse, leaves, str_of, substitute, Leaf, All, Any, AtLeast, Ride, TRUE, FALSE)
    parse(text) -> Expression; str(expression); leaves(expression) -> tuple[str, ...]
    all_of(*exprs), any_of(*exprs)          # flatten, drop constants, never an empty gate

    from pollready.engine.network import (
        NetworkBuilder, Network, Tier, Unknowns, Both, InvalidNetwork)
    builder = NetworkBuilder(default_mttr_h=4.0, bottoms={"admit": "closed", "close": "none"})
    builder.component(id, *, q=0.0, mttr_h=None, tier=Tier.STATION, requires=None,
                      unknown=False)
    builder.group(id, *, q=0.0, mttr_h=None, reach=1.0, members=(), tier=Tier.STATION,
                  unknown=False)
    builder.point(id, *, voters, services={"admit": {"online": expr, "offline": expr}})
    network = builder.build()               # InvalidNetwork(faults): every fault at once
    network.level_names("admit")            # ("online", "offline", "closed"), best first

    from pollready.engine.propagation import evaluate
    evaluate(network, failed, duration_h, unknowns) -> Levels
        levels["admit"] -> int8[n_points], into level_names, -1 without the service
        levels.name("admit", point_id) -> str

    from pollready.engine.live import LiveState
    state = LiveState(network, unknowns=Unknowns.WORKING)
    state.fail(id, duration_h) / state.repair(id) -> Changes, a sequence of Change; state.levels

    from pollready.engine.contingency import analyse, analyse_both, evaluate_contingency
    analyse(network, service, level, duration_h, unknowns, *, max_pairs=...) -> Contingencies
        .already_below: Cost(points, voters, points_without_voters)
        .single(id) -> Cost; .pairs.loss(a, b) -> Cost; .pairs.beyond_sum(a, b) -> Cost
        .top_singles(k, *, max_tier=None, groups=True) -> tuple[Contingency, ...]
        .top_pairs(k, *, max_tier=None, groups=True) -> tuple[Contingency, ...]
        .behind_singles(*, max_tier=None, groups=True) -> Cost  # each point once
        .truncated: Truncated | None
    analyse_both(...) -> Both[Contingencies]  # .working, .failed
    evaluate_contingency(network, failed, duration_h, unknowns) -> SetCost
        .cost(service, level) -> Cost; .fallen(service, level) -> tuple[str, ...]

    from pollready.engine.worst_case import worst_cases, three_runs
    worst_cases(contingencies, k, *, max_tier=None, groups=True, budget=UNLIMITED)
        -> tuple[WorstCase, ...], of at most 1, 2, ... k elements
        .ids, .cost, .bound_voters, .gap, .proven, .stopped
    three_runs(contingencies, k, ...)  # below province tier; components; with groups

    from pollready.engine.single_points import single_points
    single_points(network, service, level, duration_h, unknowns) -> SinglePoints
        .by_point(names) -> dict[str, frozenset[str]]  # what each point falls with alone

    from pollready.engine.cutsets import minimal_cut_sets
    minimal_cut_sets(network, point, service, level, duration_h, unknowns, *,
                     max_order=None)
        -> tuple[frozenset[str], ...], smallest first

    from pollready.engine.reliability import exact, exact_both
    exact(network, service, level, unknowns) -> Reliability
        .prob_below: float64[n_points] (NaN where the service is absent)
        .expected_voters_affected: float; .points_without_voters: int
        .birnbaum: float64[n_elements, 2]  # voters, points per unit of each element's own q
    exact_both(...) -> Both[Reliability]

    from pollready.engine.importance import importance
    importance(network, point, service, level, unknowns) -> tuple[Importance, ...]
        .id, .birnbaum, .fussell_vesely, .raw, .rrw

    from pollready.engine.terrain import Terrain, tile_from_bytes, tile_key
    from pollready.engine.radio_inputs import Places, Sites, RadioSettings
    from pollready.engine.radio import estimate
    terrain = Terrain({tile_key("N38E046"): tile_from_bytes("N38E046", content)})
    estimate(places, sites, terrain, settings, spread=map) -> tuple[RadioEstimate, ...]
        .signal: good, weak, none, unknown; .why; .power_dbm, .low_dbm, .high_dbm;
        .usable_prob; .assumed; .cautions

    from pollready.engine.priors import History, fit_priors
    fit_priors(History(kind, place, agency, incidents, exposure), unit_exposure) -> Priors
        .mean, .median, .low, .high, .any_prob: float64[n_cells], NaN where nothing is claimed
        .evidence: digits, words, none, regime_changed; .word: low, medium, high
        .after(change) -> Priors            # no forecast after a change of regime

    from pollready.engine.repairs import fit_repairs
    fit_repairs(History(..., ended, hours_down)) -> Repairs  # .mean_h, .low_h, .high_h

    from pollready.engine.regime import find_regime_change
    find_regime_change(series, *, period=24, baseline_periods=3, false_alarm_prob=0.01,
                       least_share=0.5) -> RegimeChange | None

    from pollready.engine.sampling import sample, sample_both
    sample(network, service, level, unknowns, *, draws, seed, private="sampled", workers=None,
           progress=None, budget=UNLIMITED) -> Sample
        .voters, .points, .points_without_voters: Distribution, one value a draw
            .mean(), .mean_bound(), .quantile(prob), .exceeding(number) -> Interval
        .already_below: Cost; .draws; .is_cut

    from pollready.engine.sweep import sweep
    sweep(task, shared, blocks, *, workers=None, progress=None, budget=UNLIMITED) -> Swept
        workers: an executor, a callable that makes one, or None
    from pollready.engine.station_blocks import exact_in_blocks     # as exact, over workers

    from pollready.engine.openpsa import read_open_psa              # Open-PSA in
    from pollready.engine.openpsa_writing import write_open_psa     # and out
    from pollready.engine.fault_tree_analysis import analyse_fault_tree
    tree = read_open_psa(content, *, mission_time=None)             # OpenPsaError
    analyse_fault_tree(tree, top=None, *, max_order=None, budget=..., max_nodes=...)
        .probability, .minimal_cut_sets, .coherent, .prime_implicants; .refused
        .cut_sets(limit) -> tuple[tuple[str, ...], ...], smallest first
        .implicants(limit), .importance()

    from pollready.engine.arrivals import ArrivalProfile, SEEN_IN_2019, learn_profile
    SEEN_IN_2019.day(voters, devices, service_min, hours) -> PollingDay
    from pollready.engine.time_varying_queue import PollingDay, waits, screen
    waits(day, limit_min=30) -> Waits       # exact M(t)/M/c(t), with outages of devices
        .mean_min, .share_over, .left; .mean_by_slice, .over_by_slice, .left_by_slice
    screen(arrivals, devices, service_min) -> Screening     # many days at once
    from pollready.engine.queue_simulation import Service, Law, SecondStage, simulate
    simulate(day, replications, rng, *, service, second, end_min) -> Played  # with intervals
    from pollready.engine.devices_needed import Station, WaitTarget
    devices_needed(station, voters, target); voters_in_time(station, devices, target)
    extension(day, hours).served            # what hours after closing buy
    from pollready.engine.adjournment import adjourned, adjourned_in_all
    from pollready.engine.surge import Morning, PowerOn, SharedService, surge, power_on_by_min
    from pollready.engine.allocation_problem import (
        AllocationProblem, Options, Upgrades, Floor, FixedChoice, FixedUpgrade, KeptUnits)
    from pollready.engine.allocation_checking import check_for_faults
    check_for_faults(problem) -> tuple[Fault, ...]                  # every fault at once
    from pollready.engine.allocation import allocate, preview, value_of_one_more
    preview(problem) -> Allocation          # greedy, in milliseconds
    allocate(problem, *, target_gap=1e-4, budget=UNLIMITED, progress=None, cancelled=None)
        -> Allocation                       # InvalidAllocationProblem(faults)
        .option: int64[n_points], -1 for none; .upgrades; .shipments; .saved, .bound, .gap
        .stock_value: float64[n_depots, n_kinds]; .floors; .without_means; .stopped
    value_of_one_more(problem, allocation, kind, depot, ...) -> OneMore  # .low, .high

`level` is always a level that must hold: the loss is what falls *below* it. All costs count
only points that hold the level in the base state.
"""
