// Two fixtures at a time: the tests of the operator page wait for services to start while the other ones use the processor.
// A fixture that measures time, or needs much of it, is marked NonParallelizable.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]
