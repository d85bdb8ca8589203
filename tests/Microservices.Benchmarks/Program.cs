using Microservices.Benchmarks.Emulator;

if (args is not ["emulator", ..])
{
    Console.Error.WriteLine("Say what to measure: emulator");
    return 1;
}

await EmulatorBenchmark.Run(documents: args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 1_000_000);
return 0;
