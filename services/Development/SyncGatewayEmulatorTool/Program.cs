return await OfflineActions.Emulators.SyncGatewayProcess.RunAsync(args);
