using System.Globalization;

namespace OfflineActions.Tests.Chaos;

/// <summary>Size of the run: small by default, larger with <c>./dev chaos</c>, which sets the variables.</summary>
internal static class ChaosSettings
{
    /// <summary>Requests per case: <c>CHAOS_DOCUMENTS</c>, or 300.</summary>
    public static int Documents { get; } = Read("CHAOS_DOCUMENTS", 300);

    /// <summary>Rounds per case: <c>CHAOS_ROUNDS</c>, or 1.</summary>
    public static int Rounds { get; } = Read("CHAOS_ROUNDS", 1);

    /// <summary>Whether cases have several rounds and longer outages.</summary>
    public static bool IsLong => Rounds > 1;

    /// <summary>The deadline for every wait. It is long because a loaded machine is slow.</summary>
    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(90 + (0.1 * Documents));

    private static int Read(string variable, int defaultValue) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : defaultValue;
}
