using System.Globalization;

namespace OfflineActions.Tests.Chaos;

/// <summary>How much chaos: little with the other tests, more when <c>./dev chaos</c> asks for it.</summary>
internal static class ChaosSettings
{
    /// <summary>Requests of each case: <c>CHAOS_DOCUMENTS</c>, or 300.</summary>
    public static int Documents { get; } = Number("CHAOS_DOCUMENTS", 300);

    /// <summary>How often each case runs: <c>CHAOS_ROUNDS</c>, or once.</summary>
    public static int Rounds { get; } = Number("CHAOS_ROUNDS", 1);

    /// <summary>Whether this is more than the short form that runs with the other tests.</summary>
    public static bool Long => Rounds > 1;

    /// <summary>How long to wait for something before it counts as not happening; generous, because machines are slow while much is done.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(90 + (0.1 * Documents));

    private static int Number(string variable, int otherwise) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
