return await Emulators.EmulatorProcess.Run(args);
