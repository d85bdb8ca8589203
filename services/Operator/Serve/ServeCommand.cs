using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using OfflineActions.Contracts;
using OfflineActions.Operator.Output;
using OfflineActions.ServiceDefaults;

namespace OfflineActions.Operator.Serve;

/// <summary><c>serve</c>.</summary>
internal sealed class ServeCommand : Command, IHasExamples
{
    private const int Port = 8081;

    private readonly ActionCatalog actions;
    private readonly Option<string?> urls = new("--urls")
    {
        Description = $"the address to listen at (default: ASPNETCORE_URLS, else http://127.0.0.1:{Port})",
    };

    public ServeCommand(ActionCatalog actions)
        : base("serve", "run the operator page: everything above in a browser, and as an API")
    {
        this.actions = actions;
        Add(urls);
        SetAction(RunAsync);
    }

    public string Details => """
        On an address of this machine alone (127.0.0.1, localhost) everybody may do everything. On any other address it starts only when
        access is configured: Operator__Users__0=NAME:ROLE:PASSWORD (ROLE is look or act), or Operator__UserHeader for a reverse proxy.
        """;

    public IReadOnlyList<string> Examples { get; } = ["serve", "serve --urls http://127.0.0.1:9000"];

    private Task<int> RunAsync(ParseResult given, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(Settings.ReadOptions(given, builder.Configuration));
        if (given.GetValue(urls) is { } address)
        {
            builder.Configuration["urls"] = address;
        }

        builder.AddServiceDefaults(Port).AddOperatorPage(actions);
        var app = builder.Build();
        app.MapServiceDefaults().MapOperatorPage();
        return app.RunServiceAsync(async () =>
        {
            await ((IHost)app).RunAsync(cancellationToken);
            return ExitCode.Success;
        });
    }
}
