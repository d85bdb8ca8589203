using Microsoft.Playwright;

namespace OfflineActions.Tests.WebClient;

/// <summary>A browser profile with the open page: what a user can do and see.</summary>
internal sealed class Device : IAsyncDisposable
{
    private readonly IBrowserContext context;
    private readonly List<string> problems = [];

    private Device(IBrowserContext context, IPage page)
    {
        this.context = context;
        Page = page;
    }

    public IPage Page { get; }

    public IBrowserContext Context => context;

    /// <summary>Exceptions of the page, dialogs, and violations of its content security policy.</summary>
    public IReadOnlyList<string> Problems => problems;

    public ILocator Cards => Page.Locator(".card");

    public ILocator Connection => Page.Locator("#connection");

    public ILocator Unsynced => Page.Locator("#unsynced");

    public static async Task<Device> OpenAsync(IBrowser browser, Uri url, BrowserNewContextOptions? options)
    {
        var context = await browser.NewContextAsync(options);
        context.SetDefaultTimeout(20_000);
        var device = new Device(context, await context.NewPageAsync());
        device.Listen(device.Page);
        await device.Page.GotoAsync(url.ToString());
        return device;
    }

    public ILocator InState(string state) => Page.Locator($".card[data-state={state}]");

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new() { Name = name });

    public async Task AskAsync(int? person = null)
    {
        await Page.GetByLabel("Number of the person").FillAsync($"{person}");
        await Page.GetByRole(AriaRole.Button, new() { Name = "Ask for a person" }).ClickAsync();
    }

    /// <summary>Chooses files as photos.</summary>
    public Task ChooseAsync(params FilePayload[] files) => Page.SetInputFilesAsync("#files", files);

    /// <summary>Waits until the only card shows a photo of this size.</summary>
    public async Task ExpectPhotoAsync(int width, int height)
    {
        var image = Page.Locator(".card img");
        await Assertions.Expect(image).ToHaveJSPropertyAsync("naturalWidth", width, new() { Timeout = 20_000 });
        await Assertions.Expect(image).ToHaveJSPropertyAsync("naturalHeight", height);
    }

    /// <summary>Waits until there are that many cards, all in this state.</summary>
    public async Task ExpectCardsAsync(int count, string state)
    {
        await Assertions.Expect(InState(state)).ToHaveCountAsync(count, new() { Timeout = 20_000 });
        await Assertions.Expect(Cards).ToHaveCountAsync(count);
    }

    public static Task ExpectTextAsync(ILocator element, string text) => Assertions.Expect(element).ToHaveTextAsync(text, new() { Timeout = 20_000 });

    /// <summary>Waits until the service worker has cached the page, so that it opens offline.</summary>
    public Task ExpectCachedPageAsync() => Page.WaitForFunctionAsync("() => navigator.serviceWorker.controller !== null");

    public Task SetOfflineAsync(bool offline = true) => context.SetOfflineAsync(offline);

    public async Task<string> GetOnlyIdAsync() => (await Cards.GetAttributeAsync("data-id"))!;

    /// <summary>The positions of all elements that must not move.</summary>
    public Task<string> GetPositionsAsync() => Page.EvaluateAsync<string>("""
        JSON.stringify([...document.querySelectorAll('#connection, #unsynced, #ask *, #photos *, .card, .card input, .card button:last-child, #developer')]
            .map(part => [part.id || part.className || part.tagName, part.getBoundingClientRect()]))
        """);

    /// <summary>The cumulative layout shift since the page was loaded.</summary>
    public Task<double> GetLayoutShiftAsync() => Page.EvaluateAsync<double>("""
        () => new Promise(done => {
            new PerformanceObserver(list => done(list.getEntries().reduce((sum, shift) => sum + shift.value, 0))).observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => done(0), 1000);
        })
        """);

    public async ValueTask DisposeAsync() => await context.CloseAsync();

    private void Listen(IPage page)
    {
        page.PageError += (_, error) => problems.Add(error);
        page.Dialog += (_, dialog) => problems.Add($"dialog: {dialog.Message}");
        page.Console += (_, message) =>
        {
            if (message.Text.Contains("Content Security Policy", StringComparison.OrdinalIgnoreCase) || message.Text.Contains("Trusted", StringComparison.Ordinal))
            {
                problems.Add(message.Text);
            }
        };
    }
}
