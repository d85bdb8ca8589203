using System.Net;
using OfflineActions.Emulators;

namespace OfflineActions.Tests.Emulators;

/// <summary>Login sessions with a cookie, and an emulator without settings.</summary>
public sealed class SessionTests
{
    [Test]
    public async Task A_session_is_accepted_until_it_ends()
    {
        await using var emulated = await Emulated.StartAsync(guest: false);
        await emulated.Admin.PutAnswerAsync("db/_user/ann", """{"password":"letmein"}""");
        var cookies = new CookieContainer();
        using var client = new HttpClient(new SocketsHttpHandler { CookieContainer = cookies }) { BaseAddress = emulated.Gateway.PublicUrl };

        var before = (await client.GetAnswerAsync("db/d")).Status;
        var login = await client.PostAnswerAsync("db/_session", """{"name":"ann","password":"letmein"}""");
        var inside = (await client.GetAnswerAsync("db/d")).Status;
        var session = (await client.GetAnswerAsync("db/_session")).Json;
        var logout = (await client.DeleteAnswerAsync("db/_session")).Status;
        var after = (await client.GetAnswerAsync("db/d")).Status;

        Assert.That(login.Headers.GetValues("Set-Cookie").Single(), Does.StartWith("SyncGatewaySession=").And.Contain("; Path=/db"));
        Assert.That((before, inside, logout, after), Is.EqualTo((401, 404, 200, 401)));
        Assert.That((string)session["userCtx"]!["name"]!, Is.EqualTo("ann"));
        Assert.That(cookies.Count, Is.Zero);
    }

    [Test]
    public async Task An_administrator_or_a_new_password_ends_the_sessions_of_a_user()
    {
        await using var emulated = await Emulated.StartAsync(guest: false);
        await emulated.Admin.PutAnswerAsync("db/_user/ann", """{"password":"letmein"}""");
        var one = await BeginAsync(emulated);
        var two = await BeginAsync(emulated);

        await emulated.Admin.DeleteAnswerAsync($"db/_session/{one}");
        var first = (await GetAsync(emulated, one), await GetAsync(emulated, two));
        await emulated.Admin.PutAnswerAsync("db/_user/ann", """{"password":"changed"}""");
        var three = await BeginAsync(emulated);
        var second = (await GetAsync(emulated, two), await GetAsync(emulated, three));
        await emulated.Admin.PutAnswerAsync("db/_user/ann", """{"disabled":true}""");

        Assert.That((first, second, await GetAsync(emulated, three)), Is.EqualTo(((401, 404), (401, 404), 401)));
        Assert.That((await emulated.Admin.GetAnswerAsync($"db/_session/{one}")).Status, Is.EqualTo(404));
    }

    [Test]
    public async Task An_emulator_needs_no_settings()
    {
        await using var gateway = await SyncGatewayEmulator.StartAsync();
        await using var other = await SyncGatewayEmulator.StartAsync();
        using var client = new HttpClient { BaseAddress = gateway.PublicUrl };

        Assert.That((await client.PutAnswerAsync("db/d", "{}")).Status, Is.EqualTo(201));
        Assert.That(other.PublicUrl, Is.Not.EqualTo(gateway.PublicUrl));
    }

    private static async Task<string> BeginAsync(Emulated emulated) =>
        (string)(await emulated.Admin.PostAnswerAsync("db/_session", """{"name":"ann","ttl":60}""")).Json["session_id"]!;

    private static async Task<int> GetAsync(Emulated emulated, string session) =>
        (await emulated.Public.SendForAnswerAsync("GET", "db/d", null, request => request.Headers.Add("Cookie", "SyncGatewaySession=" + session))).Status;
}
