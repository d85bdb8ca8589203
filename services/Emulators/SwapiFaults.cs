namespace Emulators;

/// <summary>What goes wrong in the emulated SWAPI.</summary>
public sealed class SwapiFaults() : NetworkFaults(errorStatus: 500)
{
    /// <summary>Every request is answered 429.</summary>
    public bool RateLimited { get; set; }

    /// <summary>What <c>Retry-After</c> says then, in whole seconds.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Every request is answered 200 with a page of HTML.</summary>
    public bool Html { get; set; }
}
