using OfflineActions.Dev.Commands;

return await CommandLine.RunAsync(
    args,
    new RunCommand(),
    new OperatorCommand(),
    new TestCommand(),
    new WatchCommand(),
    new ScreenshotsCommand(),
    new ChaosCommand(),
    new FuzzCommand(),
    new SoakCommand(),
    new UpgradeCommand(),
    new BenchCommand(),
    new BrokerDefinitionsCommand());
