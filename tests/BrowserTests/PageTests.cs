namespace OfflineActions.Tests.WebClient;

/// <summary>Tests of the page in a browser; each test has its own backend.</summary>
[Category("Browser")]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public abstract class PageTests : IAsyncDisposable
{
    private PageBackend? backend;

    private protected PageBackend Backend => backend ?? throw new InvalidOperationException("The backend starts in SetUp.");

    [SetUp]
    public async Task StartBackend() => backend = await CreateBackendAsync();

    public async ValueTask DisposeAsync()
    {
        await (backend?.DisposeAsync() ?? default);
        GC.SuppressFinalize(this);
    }

    private protected virtual Task<PageBackend> CreateBackendAsync() => PageBackend.StartAsync();
}
