// Some fixtures wait for a timeout while others compute, so four run at a time. Every server of a test has a free port of its own.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(4)]
