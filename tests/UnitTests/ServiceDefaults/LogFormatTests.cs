using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults;
using OfflineActions.ServiceDefaults.Configuration;
using OfflineActions.ServiceDefaults.Tracing;
using OfflineActions.WebClient;

namespace OfflineActions.Tests.ServiceDefaults;

/// <summary>The log's format and levels are defaults, which the standard keys of the configuration override.</summary>
public sealed class LogFormatTests
{
    private const string Nasty = "a\r\nfail: Gateway[1]\n\"}\u001b[2K\u2028\ud800 {é";

    [Test]
    public async Task One_line_is_the_default_and_has_the_time_and_the_trace()
    {
        using var activity = new Activity("test") { ActivityTraceFlags = ActivityTraceFlags.Recorded }.Start();
        await using var app = Build();

        var line = Write(app, LogLevel.Warning, "text", null);

        Assert.That(DateTimeOffset.Parse(line.Split(' ')[0]), Is.EqualTo(DateTimeOffset.UtcNow).Within(TimeSpan.FromMinutes(1)));
        Assert.That(line.Split(' ')[0], Does.EndWith("+00:00"));
        Assert.That(line, Does.Contain($" warn: trace={activity.TraceId} Category[1003] text"));
    }

    [Test]
    public async Task Without_a_trace_none_is_written()
    {
        Activity.Current = null;
        await using var app = Build();

        Assert.That(Write(app, LogLevel.Warning, "text", null), Does.Contain("text").And.Not.Contain("trace"));
    }

    [Test]
    public async Task A_trace_that_nobody_records_is_not_written()
    {
        using var activity = new Activity("test").Start();
        await using var app = Build();

        Assert.That(Write(app, LogLevel.Warning, "text", null), Does.Contain("text").And.Not.Contain("trace"));
    }

    [TestCase("json")]
    [TestCase("JSON")]
    public async Task Json_is_chosen_by_the_standard_key_and_is_one_valid_object_on_one_line(string name)
    {
        await using var app = Build(
            ("Logging:Console:FormatterName", name), ("Logging:Console:FormatterOptions:JsonWriterOptions:Indented", "true"));

        var line = Write(app, LogLevel.Error, Nasty, new InvalidOperationException(Nasty));

        Assert.That(line, Does.EndWith("\n").And.Not.Match(@"[\p{Cc}\p{Cf}\u2028\u2029].*\n$"));
        using var json = JsonDocument.Parse(line);
        Assert.That(json.RootElement.GetProperty("Message").GetString(), Is.EqualTo(Nasty.Replace('\ud800', '\ufffd')));
        Assert.That(json.RootElement.GetProperty("EventId").GetInt32(), Is.EqualTo(1003));
        Assert.That(json.RootElement.GetProperty("LogLevel").GetString(), Is.EqualTo("Error"));
        Assert.That(json.RootElement.GetProperty("Exception").GetString(), Does.Contain("InvalidOperationException"));
        Assert.That(json.RootElement.GetProperty("Timestamp").GetString(), Does.Match(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00\z"));
    }

    [Test]
    public async Task Json_has_the_trace_of_the_event()
    {
        using var activity = new Activity("test").Start();
        await using var app = Build(("Logging:Console:FormatterName", "json"));
        var scopes = new Scopes();
        using var factory = LoggerFactory.Create(logging => logging
            .Configure(options => options.ActivityTrackingOptions =
                app.Services.GetRequiredService<IOptions<LoggerFactoryOptions>>().Value.ActivityTrackingOptions)
            .AddProvider(scopes));
        factory.CreateLogger("Category");

        using var json = JsonDocument.Parse(Write(app, LogLevel.Warning, "text", null, scopes.Given));

        Assert.That(
            json.RootElement.GetProperty("Scopes").EnumerateArray()
                .Select(scope => scope.TryGetProperty("TraceId", out var trace) ? trace.GetString() : null),
            Does.Contain(activity.TraceId.ToString()));
    }

    [Test]
    public async Task Json_has_the_trace_of_the_request()
    {
        await using var app = Build(("Logging:Console:FormatterName", "json"));
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push(new RequestTrace(TraceContext.Parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")));

        using var json = JsonDocument.Parse(Write(app, LogLevel.Warning, "text", null, scopes));

        Assert.That(json.RootElement.GetProperty("Scopes")[0].GetString(), Is.EqualTo("trace=4bf92f3577b34da6a3ce929d0e0e4736"));
    }

    [TestCase("simple")]
    [TestCase("systemd")]
    [TestCase("jsn")]
    public async Task Any_other_format_is_a_configuration_error(string name)
    {
        await using var app = Build(("Logging:Console:FormatterName", name));

        Assert.That(
            ConfigurationErrors.Find(app.Services), Is.EqualTo(new[] { $"Logging:Console:FormatterName is '{name}': make it one-line or json." }));
    }

    [TestCase("MassTransit", "MassTransit")]
    [TestCase("MassTransit.Messages", "MassTransit")]
    [TestCase("Yarp.ReverseProxy.Health", "Yarp")]
    [TestCase("Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore")]
    [TestCase("System.Net.Http.HttpClient.Default", "System.Net.Http.HttpClient")]
    public async Task A_library_logs_warnings_only_unless_the_configuration_says_otherwise(string category, string key)
    {
        await using var silent = Build(("Logging:LogLevel:Default", "Trace"));
        await using var changed = Build(($"Logging:LogLevel:{key}", "Debug"));

        Assert.That(IsEnabled(silent, category, LogLevel.Information), Is.False);
        Assert.That(IsEnabled(silent, category, LogLevel.Warning), Is.True);
        Assert.That(IsEnabled(changed, category, LogLevel.Debug), Is.True);
    }

    [Test]
    public async Task The_proxy_of_the_web_client_is_silent_unless_the_configuration_says_otherwise()
    {
        const string Proxy = "Yarp.ReverseProxy.Forwarder.HttpForwarder";
        await using var silent = Build(builder => builder.AddWebClient());
        await using var changed = Build(builder => builder.AddWebClient(), ("Logging:LogLevel:Yarp.ReverseProxy.Forwarder", "Information"));

        Assert.That(IsEnabled(silent, Proxy, LogLevel.Critical), Is.False);
        Assert.That(IsEnabled(changed, Proxy, LogLevel.Information), Is.True);
    }

    private static bool IsEnabled(WebApplication app, string category, LogLevel level) =>
        app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(category).IsEnabled(level);

    private static WebApplication Build(params (string Key, string Value)[] settings) => Build(_ => { }, settings);

    private static WebApplication Build(Action<WebApplicationBuilder> more, params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value)));
        builder.Configuration["Logging:Console:FormatterOptions:ColorBehavior"] = "Disabled";
        more(builder.AddServiceDefaults(port: 0));
        return builder.Build();
    }

    /// <summary>What the console of the service writes.</summary>
    private static string Write(
        WebApplication app, LogLevel level, string text, Exception? error, IExternalScopeProvider? scopes = null)
    {
        var name = app.Services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName;
        var formatter = app.Services.GetServices<ConsoleFormatter>()
            .Single(formatter => formatter.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        using var line = new StringWriter();
        formatter.Write(new LogEntry<string>(level, "Category", 1003, text, error, (state, _) => state), scopes, line);
        return line.ToString();
    }

    /// <summary>Takes the scopes that a logger factory gives to its providers.</summary>
    private sealed class Scopes : ILoggerProvider, ISupportExternalScope
    {
        public IExternalScopeProvider? Given { get; private set; }

        public ILogger CreateLogger(string categoryName) => NullLogger.Instance;

        public void SetScopeProvider(IExternalScopeProvider scopeProvider) => Given = scopeProvider;

        public void Dispose()
        {
        }
    }
}
