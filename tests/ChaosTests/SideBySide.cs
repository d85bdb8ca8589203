// Cases mostly wait, for processes to start and for outages to end, so three run at a time: each has its own services, and its own virtual
// host or broker. A fixture that measures time, or counts messages or kills, is marked NonParallelizable, because load would change what
// it measures. "./dev chaos" runs one case at a time.
[assembly: Parallelizable(ParallelScope.Children)]
[assembly: LevelOfParallelism(3)]
