using OfflineActions.Worker.Actions.Person;

namespace OfflineActions.Tests.Person;

/// <summary>An instance must not choose where the worker's requests go.</summary>
public sealed class SwapiRedirectTests
{
    [TestCase("http://swapi.test/api/people/1/", "https://swapi.test/api/people/1/", true)]
    [TestCase("http://swapi.test/api/people/1/", "https://SWAPI.test/api/people/1", true)]
    [TestCase("https://swapi.test/api/people/1/", "https://swapi.test/api/people/1", true)]
    [TestCase("http://swapi.test:8080/api/people/1", "http://swapi.test:8080/api/people/1/", true)]
    [TestCase("http://swapi.test/api/people/1/", "http://169.254.169.254/latest/meta-data/", false)]
    [TestCase("http://swapi.test/api/people/1/", "https://www.swapi.test/api/people/1/", false)]
    [TestCase("http://swapi.test/api/people/1/", "http://swapi.test/admin", false)]
    [TestCase("http://swapi.test/api/people/1/", "http://swapi.test/api/people/2/", false)]
    [TestCase("http://swapi.test/api/people/1/", "http://swapi.test/api/people/1/?next=1", false)]
    [TestCase("http://swapi.test/api/people/1/", "http://swapi.test:15672/api/people/1/", false)]
    [TestCase("http://swapi.test/api/people/1/", "https://swapi.test:8443/api/people/1/", false)]
    [TestCase("http://swapi.test:8080/api/people/1/", "https://swapi.test/api/people/1/", false)]
    [TestCase("https://swapi.test/api/people/1/", "http://swapi.test/api/people/1/", false)]
    [TestCase("http://swapi.test/api/people/1/", "https://user:x@swapi.test/api/people/1/", false)]
    [TestCase("http://swapi.test/api/people/1/", "file:///api/people/1/", false)]
    public void Only_HTTPS_and_the_slash_at_the_end_may_change(string from, string to, bool isOwn) =>
        Assert.That(OwnRedirects.IsOwn(new Uri(from), new Uri(to)), Is.EqualTo(isOwn));

    [TestCase(301)]
    [TestCase(302)]
    [TestCase(303)]
    [TestCase(307)]
    [TestCase(308)]
    public async Task A_redirect_to_another_server_is_never_requested(int status)
    {
        await using var secret = await ScriptedHost.StartAsync(Answers.Json(200, """{"name":"a secret of the network"}"""));
        await using var swapi = await ScriptedHost.StartAsync(context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = new Uri(secret.Api, "people/4/").AbsoluteUri;
            return Task.CompletedTask;
        });
        using var rig = PersonRig.Over([swapi], new() { ["Swapi:Rounds"] = "1" });

        var result = await rig.AskAsync(4);

        Assert.That(result.Unavailable().Code, Is.EqualTo("swapi_unavailable"));
        Assert.That(secret.Asked, Is.Empty);
    }

    [Test]
    public async Task Redirects_in_a_circle_end()
    {
        await using var swapi = await ScriptedHost.StartAsync(context =>
        {
            var path = context.Request.Path.Value!;
            context.Response.Redirect(path.EndsWith('/') ? path.TrimEnd('/') : path + "/");
            return Task.CompletedTask;
        });
        using var rig = PersonRig.Over([swapi], new() { ["Swapi:Rounds"] = "1" });

        var result = await rig.AskAsync(4);

        Assert.That(result.Unavailable().Code, Is.EqualTo("swapi_unavailable"));
        Assert.That(swapi.Asked, Is.EqualTo(["/api/people/4/", "/api/people/4", "/api/people/4/"]));
    }
}
