using System.Text.Json.Nodes;
using OfflineActions.Worker.Actions;

namespace OfflineActions.Tests.Person;

/// <summary>Reads action results in assertions.</summary>
internal static class Results
{
    /// <summary>The person of a success; any other result fails the test and is shown.</summary>
    public static JsonNode Person(this ActionResult result)
    {
        Assert.That(result, Is.InstanceOf<ActionResult.Succeeded>());
        return ((ActionResult.Succeeded)result).Properties["person"]!;
    }

    public static ActionResult.TransientFailure Unavailable(this ActionResult result)
    {
        Assert.That(result, Is.InstanceOf<ActionResult.TransientFailure>());
        return (ActionResult.TransientFailure)result;
    }
}
