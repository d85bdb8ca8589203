// Fixtures mostly wait, for processes to start and for outages to end, so five run at a time. Each test has its own virtual host of the
// shared broker, and a test that kills or freezes its broker has a broker of its own.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(5)]
