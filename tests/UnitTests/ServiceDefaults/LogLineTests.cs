using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using OfflineActions.ServiceDefaults;
using OfflineActions.ServiceDefaults.Logging;
using OfflineActions.ServiceDefaults.Tracing;

namespace OfflineActions.Tests.ServiceDefaults;

/// <summary>A text that an app has chosen cannot forge a line of the log.</summary>
public sealed class LogLineTests
{
    private const string Time = @"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 ";
    private const string Forged = "a\r\nfail: Gateway[1]\n\tb\u001b[2K\u0085\u2028\u202e\u200b";

    [TestCase("plain é 日本 😀", "plain é 日本 😀")]
    [TestCase("", "")]
    [TestCase("a\r\n\u001b[2Kb", @"a\u000D\u000A\u001B[2Kb")]
    [TestCase("\t\u0085\u2028\u2029\u202e\u200b", @"\u0009\u0085\u2028\u2029\u202E\u200B")]
    [TestCase("\ufffd", "\ufffd")]
    [TestCase("x\U000E0001", @"x\uDB40\uDC01")]
    public void Every_invisible_character_is_escaped(string text, string escaped) =>
        Assert.That(VisibleText.Escape(text), Is.EqualTo(escaped));

    // Not a test case: no attribute can hold this text.
    [Test]
    public void Half_of_a_surrogate_pair_is_escaped() =>
        Assert.That(VisibleText.Escape("a\ud800b\udc00"), Is.EqualTo(@"a\uD800b\uDC00"));

    [TestCase(false)]
    [TestCase(true)]
    public async Task An_event_of_a_service_is_one_line_without_invisible_characters(bool throws)
    {
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push("in " + Forged);

        var error = throws ? new InvalidOperationException("error " + Forged) : null;
        var line = await WriteAsync($"{Forged} requests", scopes, showScopes: true, error);

        Assert.That(line, Does.EndWith(Environment.NewLine));
        Assert.That(line[..^Environment.NewLine.Length], Does.Not.Match(@"[\p{Cc}\p{Cf}\u2028\u2029]"));
        Assert.That(line, Does.Match(Time + @"warn: Category\[1003\]").And.Contain(@"a\u000D\u000Afail").And.Contain("requests").And.Contain("in a"));
        Assert.That(line.Contains("InvalidOperationException: error a"), Is.EqualTo(throws));
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task The_trace_of_a_request_is_in_front_of_its_lines_also_when_it_becomes_known_later(bool showScopes)
    {
        var scopes = new LoggerExternalScopeProvider();
        var (outer, inner) = (new RequestTrace(Trace('a')), new RequestTrace(null));
        using var first = scopes.Push(outer);
        using var second = scopes.Push(inner);

        var before = await WriteAsync("text", scopes, showScopes);
        inner.Context = Trace('b');
        var after = await WriteAsync("text", scopes, showScopes);

        Assert.That(before, Does.Match(Time + $@"warn: trace={new string('a', 32)} Category\[1003\] ").And.EndWith("text" + Environment.NewLine));
        Assert.That(after, Does.Match(Time + $@"warn: trace={new string('b', 32)} Category\[1003\] ").And.EndWith("text" + Environment.NewLine));
    }

    [TestCase("trace=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa Category[1003] text")]
    [TestCase("\rwarn: trace=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa Category[1003] text")]
    public async Task A_text_cannot_pretend_to_be_of_a_trace(string text)
    {
        var scopes = new LoggerExternalScopeProvider();
        using var scope = scopes.Push(text);

        Assert.That(await WriteAsync(text, scopes, showScopes: true), Does.Match(Time + @"warn: Category\[1003\] "));
    }

    private static TraceContext? Trace(char digit) => TraceContext.Parse($"00-{new string(digit, 32)}-00f067aa0ba902b7-01");

    /// <summary>What the console shows of one event.</summary>
    private static async Task<string> WriteAsync(string text, IExternalScopeProvider scopes, bool showScopes, Exception? error = null)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Configuration["Logging:Console:FormatterOptions:IncludeScopes"] = $"{showScopes}";
        builder.Configuration["Logging:Console:FormatterOptions:ColorBehavior"] = "Disabled";
        builder.AddServiceDefaults(port: 0);
        await using var app = builder.Build();
        var name = app.Services.GetRequiredService<IOptions<ConsoleLoggerOptions>>().Value.FormatterName;
        var formatter = app.Services.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == name);
        using var line = new StringWriter();
        formatter.Write(new LogEntry<string>(LogLevel.Warning, "Category", 1003, text, error, (state, _) => state), scopes, line);
        return line.ToString();
    }
}
