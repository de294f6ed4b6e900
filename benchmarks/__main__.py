"""Every measurement in turn: `make bench`."""

from benchmarks import aralia, engine_example, real_lists

if __name__ == "__main__":
    for measurement in (engine_example, real_lists, aralia):
        print(f"\n{measurement.__name__}: {(measurement.__doc__ or '').splitlines()[0]}")
        measurement.main()
