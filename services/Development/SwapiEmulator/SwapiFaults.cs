using OfflineActions.Emulators.Hosting;

namespace OfflineActions.Emulators;

/// <summary>The faults of an emulated SWAPI.</summary>
public sealed class SwapiFaults() : NetworkFaults(errorStatus: 500)
{
    /// <summary>Every request is answered 429.</summary>
    public bool RateLimited { get; set; }

    /// <summary>The <c>Retry-After</c> of those answers, rounded up to whole seconds.</summary>
    [UpToADay]
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests for the people with these numbers are not answered until the number is removed from the list.</summary>
    public IReadOnlyList<int>? HangFor { get; set; }

    /// <summary>Every request is answered 200 with an HTML page instead of JSON.</summary>
    public bool Html { get; set; }
}
