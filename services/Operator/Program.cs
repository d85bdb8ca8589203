using OfflineActions.Operator;

return await CommandLine.RunAsync(args, Console.Out, Console.Error);
