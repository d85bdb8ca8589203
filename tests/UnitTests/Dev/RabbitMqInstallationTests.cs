using OfflineActions.Dev;

namespace OfflineActions.Tests.Dev;

public sealed class RabbitMqInstallationTests
{
    [Test]
    public void The_installation_that_is_named_is_taken()
    {
        var script = Path.GetTempFileName();
        try
        {
            Assert.That(RabbitMqInstallation.Find(script), Is.EqualTo(new RabbitMqInstallation(script)));
        }
        finally
        {
            File.Delete(script);
        }
    }

    [Test]
    public void One_that_does_not_exist_is_not_replaced_by_another() => Assert.That(
        () => RabbitMqInstallation.Find("/nowhere/rabbitmq-server"),
        Throws.InstanceOf<FileNotFoundException>().With.Message.Contains("RABBITMQ_SERVER"));
}
