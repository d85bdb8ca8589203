using System.Diagnostics;
using System.Globalization;
using System.Text;
using CsCheck;

namespace OfflineActions.Tests.Fuzzing;

/// <summary>Runs a property on many damaged documents.</summary>
internal static class Fuzz
{
    /// <summary>The longest time for an input of at most <see cref="DamagedJson.MaxBytes"/>: most take a thousandth of it.</summary>
    private static readonly TimeSpan Bound = TimeSpan.FromMilliseconds(50);

    /// <summary>Inputs for each property: <c>FUZZ_INPUTS</c>, or 5,000.</summary>
    public static int Inputs { get; } =
        int.TryParse(Environment.GetEnvironmentVariable("FUZZ_INPUTS"), NumberStyles.None, CultureInfo.InvariantCulture, out var inputs) ? inputs : 5_000;

    /// <summary>Tries a property. One that does not hold, that throws or that takes long is reported with the shortest such input.</summary>
    public static void Try(Action<byte[]> property) => DamagedJson.Documents.Sample(
        input => Run(property, input),
        iter: Inputs,
        print: input => $"{Encoding.UTF8.GetString(input)}\nin base64: {Convert.ToBase64String(input)}");

    /// <summary>Says what does not hold.</summary>
    public static void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"This does not hold: {what}");
        }
    }

    /// <summary>The least time of a few attempts counts: others use this machine, too.</summary>
    private static void Run(Action<byte[]> property, byte[] input)
    {
        for (var attempt = 1; ; attempt++)
        {
            var started = Stopwatch.GetTimestamp();
            property([.. input]);
            var time = Stopwatch.GetElapsedTime(started);
            if (time <= Bound)
            {
                return;
            }

            Check(attempt < 8, $"{input.Length} bytes take at most {Bound.TotalMilliseconds} ms, and not {time.TotalMilliseconds}");
        }
    }
}
