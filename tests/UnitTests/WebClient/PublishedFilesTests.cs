using System.Text.Json.Nodes;
using OfflineActions.Dev;

namespace OfflineActions.Tests.WebClient;

public sealed class PublishedFilesTests
{
    [Test]
    public void The_web_client_ships_no_messaging_library()
    {
        var file = Path.ChangeExtension(Repository.Program("WebClient"), ".deps.json");
        var libraries = JsonNode.Parse(File.ReadAllText(file))!["libraries"]!.AsObject().Select(library => library.Key).ToList();

        Assert.That(libraries, Has.Some.StartWith("Yarp.ReverseProxy/"));
        Assert.That(libraries, Has.None.Contains("MassTransit").And.None.Contains("RabbitMQ").And.None.Contains("OfflineActions.Messaging"));
    }
}
