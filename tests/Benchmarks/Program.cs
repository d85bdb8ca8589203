using OfflineActions.Benchmarks.Emulator;

if (args is not ["emulator", ..] || !await EmulatorBenchmark.RunAsync(args.AsSpan(1).ToArray()))
{
    Console.Error.WriteLine("Say what to measure: emulator, or emulator with one of start, throughput, wake, memory [documents]");
    return 1;
}

return 0;
