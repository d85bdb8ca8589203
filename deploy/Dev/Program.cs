using Dev.Commands;

return await CommandLine.Run(args, new RunCommand(), new TestCommand(), new BenchCommand(), new ChaosCommand());
