namespace OfflineActions.Tests.WebClient;

/// <summary>Tests of the page in a browser; each has a world of its own behind it.</summary>
[Category("Browser")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class PageTests : IAsyncDisposable
{
    private World? world;

    private protected World World => world ?? throw new InvalidOperationException("The world is there from the set-up on.");

    [SetUp]
    public async Task StartWorld() => world = await NewWorldAsync();

    public async ValueTask DisposeAsync()
    {
        await (world?.DisposeAsync() ?? default);
        GC.SuppressFinalize(this);
    }

    private protected virtual Task<World> NewWorldAsync() => World.StartAsync();
}
