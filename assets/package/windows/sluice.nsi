; The installer of Sluice for Windows: for one person, without an administrator.
; /S installs in silence, /D=FOLDER (last, without quotes) elsewhere. Exit codes: 0,
; 1 canceled, 2 failed, 3 Sluice is open.
; Given by assets/package/windows/build: VERSION, NUMBERS, PUBLISHER, STAGE, OUT.

Unicode true
Target amd64-unicode
!include MUI2.nsh
!include FileFunc.nsh
!include WinVer.nsh

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Sluice"
!define CLASSES   "Software\Classes"

Name "Sluice"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Sluice"
InstallDirRegKey HKCU "${UNINSTALL}" "InstallLocation"
RequestExecutionLevel user
ManifestDPIAware true
ManifestSupportedOS Win10
SetCompressor /SOLID lzma
SetCompressorDictSize 64 ; MB: sluice.com is sluice.exe but for a few bytes, and found again only within this
SetDateSave off
BrandingText "Sluice ${VERSION}"

VIProductVersion "${NUMBERS}"
VIFileVersion "${NUMBERS}"
VIAddVersionKey "ProductName" "Sluice"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "FileDescription" "Sluice Setup"
VIAddVersionKey "CompanyName" "${PUBLISHER}"
VIAddVersionKey "LegalCopyright" "Copyright (C) 2026 the authors of Sluice"

!define MUI_ICON "${STAGE}\sluice.ico"
!define MUI_UNICON "${STAGE}\sluice.ico"
!define MUI_WELCOMEFINISHPAGE_BITMAP "${STAGE}\side.bmp"
!define MUI_FINISHPAGE_RUN "$INSTDIR\sluice.exe"
!define MUI_FINISHPAGE_RUN_TEXT "Open Sluice"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!define MUI_UNCONFIRMPAGE_TEXT_TOP "Sluice will be removed. Your flows, runs and settings stay in $APPDATA\Sluice."
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

; A program that runs cannot be written to.
!macro REFUSE_OPEN FILE
	${If} ${FileExists} "$INSTDIR\${FILE}"
		ClearErrors
		FileOpen $0 "$INSTDIR\${FILE}" a
		${If} ${Errors}
			MessageBox MB_OK|MB_ICONEXCLAMATION "Sluice is open, perhaps as an icon beside the clock. Quit it, then try again.$\r$\nNothing was changed." /SD IDOK
			SetErrorLevel 3
			Quit
		${EndIf}
		FileClose $0
	${EndIf}
!macroend

; The menu "Open with" of .yaml and .json offers Sluice. Windows knows only what stands
; after the last dot, so who opens these files now goes on opening them.
!macro OPENS EXTENSION
	WriteRegStr HKCU "${CLASSES}\.${EXTENSION}\OpenWithProgids" "Sluice.Flow" ""
	WriteRegStr HKCU "${CLASSES}\Applications\sluice.exe\SupportedTypes" ".${EXTENSION}" ""
!macroend

!macro OPENS_NO_MORE EXTENSION
	DeleteRegValue HKCU "${CLASSES}\.${EXTENSION}\OpenWithProgids" "Sluice.Flow"
	DeleteRegKey /ifempty HKCU "${CLASSES}\.${EXTENSION}\OpenWithProgids"
	DeleteRegKey /ifempty HKCU "${CLASSES}\.${EXTENSION}"
!macroend

!macro TELL_EXPLORER
	System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)' ; SHCNE_ASSOCCHANGED
!macroend

Function .onInit
	${IfNot} ${AtLeastWin10}
		MessageBox MB_OK|MB_ICONSTOP "Sluice needs Windows 10 or newer." /SD IDOK
		SetErrorLevel 2
		Quit
	${EndIf}
FunctionEnd

Section
	SetShellVarContext current
	!insertmacro REFUSE_OPEN sluice.exe
	!insertmacro REFUSE_OPEN sluice.com

	SetOutPath "$INSTDIR"
	File "${STAGE}\sluice.exe"
	File "${STAGE}\sluice.com"
	File "${STAGE}\licence.txt"
	File "${STAGE}\third-party-notices.txt"
	File "${STAGE}\changes.txt"
	WriteUninstaller "$INSTDIR\uninstall.exe"

	CreateShortcut "$SMPROGRAMS\Sluice.lnk" "$INSTDIR\sluice.exe" "" "$INSTDIR\sluice.exe" 0 SW_SHOWNORMAL "" "Flows that ask before they act"
	CreateShortcut "$SMPROGRAMS\Sluice command line.lnk" "$SYSDIR\cmd.exe" '/k set "PATH=$INSTDIR;%PATH%" & sluice --help' "$INSTDIR\sluice.exe" 0 SW_SHOWNORMAL "" "A console in which sluice is known"

	WriteRegStr HKCU "Software\Microsoft\Windows\CurrentVersion\App Paths\sluice.exe" "" "$INSTDIR\sluice.exe"
	WriteRegStr HKCU "${CLASSES}\Sluice.Flow" "" "Sluice flow"
	WriteRegStr HKCU "${CLASSES}\Sluice.Flow\DefaultIcon" "" "$INSTDIR\sluice.exe,0"
	WriteRegStr HKCU "${CLASSES}\Sluice.Flow\shell\open\command" "" '"$INSTDIR\sluice.exe" "%1"'
	WriteRegStr HKCU "${CLASSES}\Applications\sluice.exe" "FriendlyAppName" "Sluice"
	WriteRegStr HKCU "${CLASSES}\Applications\sluice.exe\shell\open\command" "" '"$INSTDIR\sluice.exe" "%1"'
	!insertmacro OPENS yaml
	!insertmacro OPENS yml
	!insertmacro OPENS json
	!insertmacro TELL_EXPLORER

	WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Sluice"
	WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
	WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\sluice.exe,0"
	WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${PUBLISHER}"
	WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
	WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
	WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
	WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
	WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
	SectionGetSize 0 $0 ; in kB
	WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" $0
SectionEnd

; Only what the installer brought is removed: the folder may be one that a person chose.
Section Uninstall
	SetShellVarContext current
	!insertmacro REFUSE_OPEN sluice.exe
	!insertmacro REFUSE_OPEN sluice.com

	Delete "$INSTDIR\sluice.exe"
	Delete "$INSTDIR\sluice.com"
	Delete "$INSTDIR\licence.txt"
	Delete "$INSTDIR\third-party-notices.txt"
	Delete "$INSTDIR\changes.txt"
	Delete "$INSTDIR\uninstall.exe"
	RMDir "$INSTDIR"

	Delete "$SMPROGRAMS\Sluice.lnk"
	Delete "$SMPROGRAMS\Sluice command line.lnk"

	DeleteRegKey HKCU "Software\Microsoft\Windows\CurrentVersion\App Paths\sluice.exe"
	DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "Sluice" ; ui/session writes these
	DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run" "Sluice"
	DeleteRegKey HKCU "${CLASSES}\Sluice.Flow"
	DeleteRegKey HKCU "${CLASSES}\Applications\sluice.exe"
	!insertmacro OPENS_NO_MORE yaml
	!insertmacro OPENS_NO_MORE yml
	!insertmacro OPENS_NO_MORE json
	!insertmacro TELL_EXPLORER
	DeleteRegKey HKCU "${UNINSTALL}"
SectionEnd
