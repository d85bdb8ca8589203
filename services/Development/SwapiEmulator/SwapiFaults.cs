using OfflineActions.Emulators.Hosting;

namespace OfflineActions.Emulators;

/// <summary>What goes wrong in the emulated SWAPI.</summary>
public sealed class SwapiFaults() : NetworkFaults(errorStatus: 500)
{
    /// <summary>Every request is answered 429.</summary>
    public bool RateLimited { get; set; }

    /// <summary>What <c>Retry-After</c> says then, in whole seconds.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Requests for these people get no answer, whatever else goes wrong or does not, until they are no longer named.</summary>
    public IReadOnlyList<int>? HangFor { get; set; }

    /// <summary>Every request is answered 200 with a page of HTML.</summary>
    public bool Html { get; set; }
}
