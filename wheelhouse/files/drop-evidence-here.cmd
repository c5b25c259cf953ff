@echo off
rem Drop a folder with evidence on this file in the Explorer. The report is written beside it, and opened.
setlocal DisableDelayedExpansion
set "HERE=%~dp0"
if not "%~1"=="" goto begin
echo Drop a folder with the evidence of a case on drop-evidence-here.cmd. README.txt says more.
pause
exit /b 2
:begin
set "CODE=2"
call "%HERE%sftunnel-analyzer.cmd" --version > nul
if errorlevel 1 goto end
set "NUMBER=0"
:next
set /a NUMBER+=1
if exist "%HERE%report-%NUMBER%.html" goto next
"%HERE%python\python.exe" -m analyzer analyze -o "%HERE%report-%NUMBER%.html" -- %*
set "CODE=%ERRORLEVEL%"
if exist "%HERE%report-%NUMBER%.html" start "" "%HERE%report-%NUMBER%.html"
:end
pause
exit /b %CODE%
