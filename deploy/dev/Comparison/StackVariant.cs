namespace OfflineActions.Dev.Comparison;

/// <summary>A stack and its configuration.</summary>
/// <param name="Name">Its name in the report.</param>
/// <param name="Celery">How Celery runs; null for this repository's gateway and workers.</param>
/// <param name="Cache">Whether persons are cached.</param>
/// <param name="Workers">The number of worker processes. Celery's have a parent and several children each, unless they use gevent.</param>
/// <param name="Checkout">The checkout whose release build of gateway and worker runs; null for this one.</param>
/// <param name="IsProfiled">Whether gateway and workers tell perf the names of their methods. That costs them time.</param>
internal sealed record StackVariant(
    string Name, CelerySettings? Celery, bool Cache = true, int Workers = 1, string? Checkout = null, bool IsProfiled = false)
{
    /// <summary>The default of <c>Worker:Concurrency</c>. This program references no service, so a test compares the two.</summary>
    public const int DefaultConcurrency = 512;

    /// <summary>Celery's default is one for each processor. On two processors four are faster.</summary>
    private static int Children => Math.Max(4, Environment.ProcessorCount);

    /// <summary>This repository.</summary>
    public static StackVariant Ours { get; } = new("Offline Actions", null);

    /// <summary>Celery as fast as it can be: a message is acknowledged before the work, and publishing is not confirmed.</summary>
    public static StackVariant CeleryFast { get; } = new("Celery, fast", new CelerySettings("prefork", Children, IsSafe: false));

    /// <summary>Celery with the promises that come closest to ours: acknowledged after the work, publishing confirmed.</summary>
    public static StackVariant CelerySafe { get; } = new("Celery, safe", new CelerySettings("prefork", Children, IsSafe: true));

    /// <summary>Celery for work that mostly waits: a hundred green threads.</summary>
    public static StackVariant CeleryGreen { get; } = new("Celery, gevent", new CelerySettings("gevent", 100, IsSafe: false));
}

/// <summary>How Celery runs.</summary>
/// <param name="Pool"><c>prefork</c> or <c>gevent</c>.</param>
/// <param name="Concurrency">Processes, or green threads, of each worker.</param>
/// <param name="IsSafe">Acknowledge late, reject when a worker is lost, confirm what is published.</param>
internal sealed record CelerySettings(string Pool, int Concurrency, bool IsSafe);
