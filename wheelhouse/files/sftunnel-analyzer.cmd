@echo off
rem Runs the program with the Python of this folder. The first start unpacks the wheels into "lib": it needs no network and no rights.
setlocal DisableDelayedExpansion
set "HERE=%~dp0"
if exist "%HERE%lib\.ready" goto run
echo First start: unpacking the program. This takes about a minute. 1>&2
if exist "%HERE%lib" rmdir /s /q "%HERE%lib"
"%HERE%python\python.exe" "%HERE%wheels\{{pip}}/pip" install --quiet --isolated --no-index --no-deps --no-cache-dir --no-warn-script-location --disable-pip-version-check --require-hashes --find-links "%HERE%wheels" --target "%HERE%lib" --requirement "%HERE%wheels\requirements.txt"
if errorlevel 1 goto failed
if exist "%HERE%lib\bin" rmdir /s /q "%HERE%lib\bin"
type nul > "%HERE%lib\.ready"
if not exist "%HERE%lib\.ready" goto failed
:run
"%HERE%python\python.exe" -m analyzer %*
exit /b %ERRORLEVEL%
:failed
echo The program could not be unpacked: read the message above. Extract the whole zip into a folder of your own, and start again. 1>&2
exit /b 2
