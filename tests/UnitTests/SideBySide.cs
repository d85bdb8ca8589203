// As many fixtures at a time as the machine has cores. Every server of a test has a free port of its own.
[assembly: Parallelizable(ParallelScope.Fixtures)]
