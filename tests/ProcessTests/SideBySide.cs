// As many fixtures at a time as the machine has cores: they mostly wait for a process to start. Every program has free ports of its own.
// A fixture that measures memory or time, or needs much of it, is marked NonParallelizable.
[assembly: Parallelizable(ParallelScope.Fixtures)]
